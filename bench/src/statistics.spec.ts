import { describe, expect, it } from '@jest/globals';
import { median, percentile, summarise } from './statistics.js';

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

  it('takes the nearest rank', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
  });

  it('answers with few samples, and with none', () => {
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([1, 2], 0.99)).toBe(2);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});

describe('median', () => {
  it('takes the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([10, 9, 100])).toBe(10);
  });

  it('answers undefined without values', () => {
    expect(median([])).toBeUndefined();
  });
});

describe('summarise', () => {
  it('sorts by number and keeps the samples as they are', () => {
    const samples = [10, 9, 100, 1];
    expect(summarise(samples)).toEqual({ p50: 9, p99: 100, max: 100 });
    expect(samples).toEqual([10, 9, 100, 1]);
  });

  it('leaves out what is unknown', () => {
    expect(summarise([])).toEqual({ p50: undefined, p99: undefined, max: undefined });
  });
});
