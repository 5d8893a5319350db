import { describe, expect, it } from '@jest/globals';
import type { Operation } from './operations.js';
import { shrink } from './shrink.js';

const LIMITS = { tries: 1000, milliseconds: 10_000 };
const operations = Array.from({ length: 100 }, (_, index): Operation => ({ kind: 'head-bucket', bucket: String(index) }));
const names = (list: readonly Operation[]) => list.map((operation) => ('bucket' in operation ? operation.bucket : operation.kind));

/** Fails at the last of the needed operations, when all of them are there in order. */
const needing = (...needed: string[]) => async (candidate: readonly Operation[]) => {
  const places = needed.map((name) => names(candidate).indexOf(name));
  return places.includes(-1) ? undefined : places.at(-1)! + 1;
};

describe('shrinking', () => {
  it('leaves just what is needed', async () => {
    expect(names(await shrink(operations, needing('3', '50', '97'), LIMITS))).toEqual(['3', '50', '97']);
    expect(names(await shrink(operations, needing('0'), LIMITS))).toEqual(['0']);
  });

  it('ends at its limits with the shortest so far', async () => {
    const few = await shrink(operations, needing('3', '97'), { ...LIMITS, tries: 8 });
    expect(few.length).toBeLessThan(100);
    expect(names(few)).toEqual(expect.arrayContaining(['3', '97']));
    let now = 0;
    expect(await shrink(operations, needing('3'), { ...LIMITS, milliseconds: 0 }, () => now++)).toHaveLength(100);
  });
});
