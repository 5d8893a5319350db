import { StoreError, type InstrumentOptions, type Labels, type Logger, type Meter } from '@zas/plugin-api';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Stands before every name of ours. */
export const PREFIX = 'zas_';

type Kind = 'counter' | 'histogram' | 'gauge';

/**
 * A meter over a registry of its own. Measuring never throws: a wrong label or
 * value is logged once for its instrument and dropped.
 */
export class PrometheusMeter implements Meter {
  readonly #registry: Registry;
  readonly #logger: Logger;
  readonly #made = new Map<string, { kind: Kind; instrument: object }>();
  readonly #complained = new Set<string>();

  constructor(registry: Registry, logger: Logger) {
    this.#registry = registry;
    this.#logger = logger;
  }

  counter(options: InstrumentOptions): { add(value: number, labels?: Labels): void } {
    return this.#once('counter', options, () => {
      const counter = new Counter(this.#configuration(options));
      return { add: (value: number, labels: Labels = {}) => this.#safely(options.name, () => counter.inc(labels, finite(value))) };
    });
  }

  histogram(options: InstrumentOptions): { observe(value: number, labels?: Labels): void } {
    return this.#once('histogram', options, () => {
      const histogram = new Histogram({ ...this.#configuration(options), ...(options.buckets && { buckets: [...options.buckets] }) });
      return { observe: (value: number, labels: Labels = {}) => this.#safely(options.name, () => histogram.observe(labels, finite(value))) };
    });
  }

  /** Of several readers for one name the last is asked: an earlier owner is gone by then. */
  gauge(options: InstrumentOptions, read: () => number): void {
    const holder = this.#once('gauge', options, () => {
      const own = { read };
      const safely = (work: () => void): void => this.#safely(options.name, work);
      new Gauge({
        ...this.#configuration(options),
        collect() {
          safely(() => this.set(own.read()));
        },
      });
      return own;
    });
    holder.read = read;
  }

  #configuration({ name, help, labels = [] }: InstrumentOptions) {
    return { name: PREFIX + name, help, labelNames: [...labels], registers: [this.#registry] };
  }

  #once<T extends object>(kind: Kind, { name }: InstrumentOptions, make: () => T): T {
    const known = this.#made.get(name);
    if (known !== undefined) {
      if (known.kind !== kind) throw new StoreError('invalid-argument', 'An instrument of that name is of another kind', { details: { name } });
      return known.instrument as T;
    }
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new StoreError('invalid-argument', 'Malformed name of an instrument', { details: { name } });
    const instrument = make();
    this.#made.set(name, { kind, instrument });
    return instrument;
  }

  #safely(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#complained.has(name)) return;
      this.#complained.add(name);
      this.#logger.warn('measurement dropped', { name, error });
    }
  }
}

/** One NaN would spoil a sum for ever, and prom-client takes it. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new StoreError('invalid-argument', 'A measurement is no finite number');
  return value;
}
