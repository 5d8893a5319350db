import { definePoint } from '../point.js';

/** Labels of a measurement; the same keys each time for one instrument. */
export type Labels = Readonly<Record<string, string>>;

export interface InstrumentOptions {
  /** Snake case with unit suffix, without the server's prefix: `http_request_duration_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Upper bounds of histogram buckets, ascending. */
  readonly buckets?: readonly number[];
}

/** Where measurements go. Instruments are made once, at start; asking twice for one name gives the same. */
export interface Meter {
  counter(options: InstrumentOptions): { add(value: number, labels?: Labels): void };
  histogram(options: InstrumentOptions): { observe(value: number, labels?: Labels): void };
  /** `read` is called when somebody looks. */
  gauge(options: InstrumentOptions, read: () => number): void;
}

export const meter = definePoint<Meter>('telemetry.meter/v1alpha', 'one');

/** What is used where no meter is loaded. */
export const noopMeter: Meter = {
  counter: () => ({ add: () => undefined }),
  histogram: () => ({ observe: () => undefined }),
  gauge: () => undefined,
};
