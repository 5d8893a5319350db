import { describe, expect, it } from '@jest/globals';
import { ANY, Wildcard, wildcardOf } from './wildcard.js';

const PIECES = ['a', 'b', '/', '.', '*', '?', '😀', 'ab'];

function expression(pattern: string): RegExp {
  const source = [...pattern].map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[.\\/]/, '\\$&'))).join('');
  return new RegExp(`^${source}$`, 'su');
}

describe('wildcards', () => {
  it('are what a regular expression makes of them', () => {
    let state = 42;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const word = (pieces: readonly string[]): string => Array.from({ length: next(8) }, () => pieces[next(pieces.length)]).join('');
    for (let i = 0; i < 20_000; i++) {
      const [pattern, text] = [word(PIECES), word(PIECES.filter((piece) => piece !== '*' && piece !== '?'))];
      expect([pattern, text, wildcardOf(pattern).matches(text)]).toEqual([pattern, text, expression(pattern).test(text)]);
    }
  });

  it('know what could follow', () => {
    const cases = [
      ['arn:aws:s3:::box/*', 'arn:aws:s3:::box/', true],
      ['arn:aws:s3:::b*', 'arn:aws:s3:::box/', true],
      ['*', 'anything', true],
      ['a?c*', 'abcd', true],
      ['abcd', 'abc', true],
      ['abc', 'abcd', false],
      ['a*z', 'abc', true],
      ['b*', 'abc', false],
      ['', 'a', false],
    ] as const;
    for (const [pattern, start, could] of cases) expect([pattern, wildcardOf(pattern).canBegin(start)]).toEqual([pattern, could]);
  });

  it('tell plain texts and prefixes apart, and what stands before the first special one', () => {
    expect(wildcardOf('abc')).toMatchObject({ exact: 'abc', prefix: undefined, head: 'abc' });
    expect(wildcardOf('abc*')).toMatchObject({ exact: undefined, prefix: 'abc', head: 'abc' });
    expect(wildcardOf('abc**')).toMatchObject({ prefix: 'abc' });
    expect(wildcardOf('*')).toMatchObject({ prefix: '' });
    expect(wildcardOf('a?*')).toMatchObject({ exact: undefined, prefix: undefined, head: 'a' });
    // The code of a star as a value is no wildcard.
    expect(new Wildcard([0x2a, ANY]).matches('*x')).toBe(true);
    expect(new Wildcard([0x2a, ANY]).matches('x')).toBe(false);
  });
});
