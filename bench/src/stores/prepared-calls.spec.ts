import { describe, expect, it } from '@jest/globals';
import { checkedCalls } from './prepared-calls.js';

describe('checkedCalls', () => {
  it('checks each result, and ends when everything is used up', async () => {
    const call = checkedCalls('work', { run: (i) => i, check: (result) => result !== 1, most: 2 });
    await expect(call(0)).resolves.toBeUndefined();
    await expect(call(1)).rejects.toThrow('work: call 1 had a wrong result');
    expect(call(2)).toBe(false);
  });

  it('passes on what is thrown', async () => {
    const call = checkedCalls('work', {
      run: () => {
        throw new Error('broken');
      },
      check: () => true,
    });
    await expect(call(1000)).rejects.toThrow('broken');
  });
});
