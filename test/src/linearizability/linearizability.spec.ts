import { describe, expect, it } from '@jest/globals';
import { runLinearizability } from './run-linearizability.js';

describe('conditional writes', () => {
  it.each([false, true])('of many clients have one order of events per key (versions: %s)', async (versioned) => {
    const result = await runLinearizability({ clients: 12, seconds: 3, keys: 4, seed: 5, versioned });
    expect(result.violations).toEqual([]);
    // They did contend: both outcomes are there in numbers.
    expect(result.done).toBeGreaterThan(100);
    expect(result.refused).toBeGreaterThan(100);
  }, 60_000);
});
