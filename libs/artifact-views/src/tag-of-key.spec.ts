import { describe, expect, it } from '@jest/globals';
import { keyOfTag, tagOfKey } from './tag-of-key.js';

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

describe('the tag of a key', () => {
  it.each([
    ['model.bin', 'model.bin'],
    ['a/b', 'a_2fb'],
    ['a_b', 'a_5fb'],
    ['.hidden', '_2ehidden'],
    ['-x', '_2dx'],
    ['é', '_c3_a9'],
    ['a b', 'a_20b'],
  ])('of %j is %j', (key, tag) => {
    expect(tagOfKey(key)).toBe(tag);
    expect(keyOfTag(tag)).toBe(key);
  });

  it('is a tag, and one key each, for any key that is short enough', () => {
    let state = 7;
    const next = (below: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % below;
    const characters = ['a', 'Z', '0', '.', '-', '_', '/', ' ', 'é', '\u{1F600}', '%', '\0'];
    const seen = new Map<string, string>();
    for (let i = 0; i < 20_000; i++) {
      const key = Array.from({ length: 1 + next(8) }, () => characters[next(characters.length)]).join('');
      const tag = tagOfKey(key)!;
      expect(tag).toMatch(TAG);
      expect(keyOfTag(tag)).toBe(key);
      expect(seen.get(tag) ?? key).toBe(key);
      seen.set(tag, key);
    }
  });

  it('is none for what would be too long', () => {
    expect(tagOfKey('x'.repeat(128))).toHaveLength(128);
    expect(tagOfKey('x'.repeat(129))).toBeUndefined();
    expect(tagOfKey('/'.repeat(43))).toBeUndefined();
    expect(tagOfKey('')).toBeUndefined();
  });

  it.each(['a_', 'a_2', 'a_2F', 'a_zz', '_61', 'a_2e', '_ff', '_c3'])('%j stands for no key', (tag) => {
    expect(keyOfTag(tag)).toBeUndefined();
  });
});
