import { describe, expect, it } from '@jest/globals';
import type { Reference } from '../names/names.js';
import { parseQuery } from '../target/query.js';
import { formatOciTag, readTags } from './read-tags.js';
import { refusal } from './refusal.spec.fixture.js';

describe('readTags', () => {
  const byDigest: Reference = { kind: 'digest', digest: `sha256:${'0'.repeat(64)}` };

  it('takes the tag, or the parameters of a PUT by digest', () => {
    expect(readTags({ kind: 'tag', tag: 'x' }, parseQuery(''))).toEqual(['x']);
    expect(readTags(byDigest, parseQuery(''))).toEqual([]);
    expect(readTags(byDigest, parseQuery('tag=b&tag=a&tag=b&n=1'))).toEqual(['b', 'a']);
    expect(formatOciTag(['b', 'a'])).toBe('b, a');
  });

  it.each([
    ['tag=a', 'tag', 'UNSUPPORTED 400'],
    ['tag=', 'digest', 'TAG_INVALID 400'],
    ['tag=a&tag=a%2Fb', 'digest', 'TAG_INVALID 400'],
    ['tag=a%0D%0Ab', 'digest', 'TAG_INVALID 400'],
    ['tag=a&'.repeat(50), 'digest', 'accepted'],
    ['tag=a&'.repeat(51), 'digest', 'TAG_INVALID 414'],
  ])('%.30j beside a %s is %s', (raw, kind, expected) => {
    const reference: Reference = kind === 'tag' ? { kind: 'tag', tag: 'x' } : byDigest;
    expect(refusal(() => readTags(reference, parseQuery(raw))).split(':')[0]).toBe(expected);
  });
});
