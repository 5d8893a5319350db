import { beforeEach, describe, expect, it } from '@jest/globals';
import { TokenBuckets } from './token-buckets.js';

let now: number;
const clock = { monotonic: () => now };
beforeEach(() => {
  now = 5_000;
});

describe('TokenBuckets', () => {
  it('let a burst through, then as many as come back', () => {
    const buckets = new TokenBuckets({ requestsPerSecond: 2, burst: 3 }, clock);
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 500]);
    expect(buckets.take('b')).toBe(0);
    now += 499;
    expect(buckets.take('a')).toBe(1);
    now += 1;
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 500]);
    now += 1_000_000;
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 500]);
  });

  it('take nothing from who is refused', () => {
    const buckets = new TokenBuckets({ requestsPerSecond: 1, burst: 1 }, clock);
    buckets.take('a');
    for (let i = 0; i < 1_000; i++) expect(buckets.take('a')).toBe(1_000);
    now += 1_000;
    expect(buckets.take('a')).toBe(0);
  });

  it('let less than one a second through', () => {
    const buckets = new TokenBuckets({ requestsPerSecond: 0.1, burst: 1 }, clock);
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 10_000]);
  });

  it('forget who was not seen for longest, never who comes often', () => {
    const buckets = new TokenBuckets({ requestsPerSecond: 0.001, burst: 1 }, clock, 10);
    expect(buckets.take('often')).toBe(0);
    expect(buckets.take('once')).toBe(0);
    for (let i = 0; i < 100; i++) {
      buckets.take(`c${i}`);
      expect(buckets.take('often')).toBeGreaterThan(0);
      expect(buckets.size).toBeLessThanOrEqual(10);
    }
    expect(buckets.take('once')).toBe(0);
  });
});
