import type { InstrumentOptions, Labels, Meter } from '@zas/plugin-api';

/** A meter whose figures tests can read. Drops measurements with labels that were not announced, or with impossible values. */
export class MemoryMeter implements Meter {
  readonly #values = new Map<string, number>();
  readonly #gauges = new Map<string, () => number>();

  counter({ name, labels = [] }: InstrumentOptions): { add(value: number, labels?: Labels): void } {
    return { add: (value, given = {}) => this.#take(name, labels, given, value) };
  }

  histogram({ name, labels = [] }: InstrumentOptions): { observe(value: number, labels?: Labels): void } {
    return { observe: (value, given = {}) => this.#take(name, labels, given, value >= 0 ? 1 : Number.NaN) };
  }

  gauge({ name }: InstrumentOptions, read: () => number): void {
    this.#gauges.set(name, read);
  }

  /** A counter's or gauge's value, or a histogram's number of observations. */
  value(name: string, labels: Labels = {}): number | undefined {
    try {
      return this.#gauges.get(name)?.() ?? this.#values.get(keyOf(name, labels));
    } catch {
      return undefined;
    }
  }

  #take(name: string, announced: readonly string[], given: Labels, value: number): void {
    if (!(value >= 0) || Object.keys(given).some((label) => !announced.includes(label))) return;
    const key = keyOf(name, given);
    this.#values.set(key, (this.#values.get(key) ?? 0) + value);
  }
}

function keyOf(name: string, labels: Labels): string {
  return JSON.stringify([name, Object.entries(labels).sort()]);
}
