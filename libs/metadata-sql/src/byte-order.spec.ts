import { describe, expect, it } from '@jest/globals';
import { BEYOND_ALL_KEYS, prefixEnd } from './byte-order.js';

describe('prefixEnd', () => {
  it('lies behind everything that starts with the prefix and before all else', () => {
    for (const prefix of ['a', 'a/', '\0', 'é', '\uFFFF', '\u{10FFFF}', 'a\u{10FFFF}']) {
      const end = prefixEnd(prefix)!;
      for (const inside of [prefix, `${prefix}\0`, `${prefix}\u{10FFFF}\u{10FFFF}`]) {
        expect(Buffer.compare(Buffer.from(inside), end)).toBeLessThan(0);
      }
      expect(Buffer.compare(end, BEYOND_ALL_KEYS)).toBeLessThan(0);
    }
    expect(Buffer.compare(prefixEnd('a')!, Buffer.from('b'))).toBe(0);
  });

  it('is absent for the empty prefix', () => {
    expect(prefixEnd('')).toBeUndefined();
  });
});
