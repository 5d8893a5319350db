import type { Labels, Meter } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';

/** A meter under test, and a way to read what it took. */
export interface MeterSubject {
  readonly meter: Meter;
  /** A counter's or gauge's value, or the number of observations of a histogram; `undefined` when there is none. */
  value(name: string, labels?: Labels): Promise<number | undefined>;
  close?(): Promise<void>;
}

/** Every promise of `telemetry.meter/v1alpha`. Each test uses instruments of its own. */
export function meterSuite(runner: Runner, make: () => Promise<MeterSubject>): void {
  const { describe, it, before, after } = runner;

  describe('telemetry.meter/v1alpha', () => {
    let subject: MeterSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    it('adds to a counter, by labels', async () => {
      const counter = subject.meter.counter({ name: 'suite_bytes_total', help: 'h', labels: ['direction'] });
      counter.add(3, { direction: 'in' });
      counter.add(4, { direction: 'in' });
      counter.add(5, { direction: 'out' });
      assert.equal(await subject.value('suite_bytes_total', { direction: 'in' }), 7);
      assert.equal(await subject.value('suite_bytes_total', { direction: 'out' }), 5);
    });

    it('counts observations of a histogram', async () => {
      const histogram = subject.meter.histogram({ name: 'suite_duration_seconds', help: 'h', buckets: [0.1, 1] });
      for (const seconds of [0.05, 0.5, 5]) histogram.observe(seconds);
      assert.equal(await subject.value('suite_duration_seconds'), 3);
    });

    it('asks a gauge only when somebody looks', async () => {
      let asked = 0;
      subject.meter.gauge({ name: 'suite_depth', help: 'h' }, () => (asked += 1));
      assert.equal(asked, 0);
      assert.equal(await subject.value('suite_depth'), 1);
    });

    it('gives the same instrument to whom asks twice', async () => {
      const options = { name: 'suite_twice_total', help: 'h' };
      subject.meter.counter(options).add(1);
      subject.meter.counter(options).add(1);
      assert.equal(await subject.value('suite_twice_total'), 2);
    });

    it('never throws while measuring', async () => {
      const counter = subject.meter.counter({ name: 'suite_odd_total', help: 'h', labels: ['a'] });
      counter.add(1, { b: 'not a label' });
      counter.add(-1, { a: 'x' });
      counter.add(Number.NaN, { a: 'x' });
      subject.meter.histogram({ name: 'suite_odd_seconds', help: 'h' }).observe(Number.NaN);
      subject.meter.gauge({ name: 'suite_odd_depth', help: 'h' }, () => {
        throw new Error('the owner is gone');
      });
      await subject.value('suite_odd_depth');
      counter.add(2, { a: 'x' });
      assert.equal(await subject.value('suite_odd_total', { a: 'x' }), 2);
    });
  });
}
