import type { Random } from './random.js';

/**
 * Keys chosen to collide: one is the other's prefix, delimiters come doubled or
 * last, and UTF-16 order differs from UTF-8 order (U+FF5E before U+1F600 in bytes,
 * behind it in UTF-16). What URL handling likes to change is among them.
 */
export const KEYS: readonly string[] = [
  'a', 'a/', 'a//', 'a//b', 'a/b', 'a/b/', 'a/b/c', 'a/b/d', 'a/c', 'a.', 'a-', 'a0', 'ab', 'A', 'b', 'b/c', 'b/d/e', 'b+c', 'b c',
  'b%2Fc', 'b%c', '.', '..', './a', '../b', '/', '//', '/a', '//a', 'a/../b', 'a/./b', 'é', 'e\u0301', '\uFF5E', '\uFF5E/x',
  '\u{1F600}', '\u{1F600}/x', '\u{1F600}/y', '~', '\uE000', '\uFFFD', 'q?x=1&y=2', 'h#h', '<&>"\'', 'line\nbreak', ' ', 'a ',
  'null', '__proto__', 'z'.repeat(1024), `${'z'.repeat(1023)}/`, 'y/'.repeat(512), 'é'.repeat(512),
];

/** Too long by a byte. */
export const LONG_KEY = 'z'.repeat(1025);

const PREFIXES: readonly string[] = ['', '', '', 'a', 'a/', 'a//', 'a/b', 'b', '/', '//', '.', 'é', '\uFF5E', '\u{1F600}', 'y/', 'zz', 'none'];
const DELIMITERS: readonly (string | undefined)[] = [undefined, '/', '/', '/', '//', 'b', '/b', '\u{1F600}', 'zzz'];
const MARKERS: readonly string[] = [...KEYS, 'a/b/c/', 'a/a', 'y/', 'b/d/', '\u{1F600}/', 'zz', '\u0001', '\u{10FFFF}'];

export const randomPrefix = (random: Random): string => random.pick(PREFIXES);
export const randomDelimiter = (random: Random): string | undefined => random.pick(DELIMITERS);
export const randomMarker = (random: Random): string => random.pick(MARKERS);

/** Order of the bytes of their UTF-8 form. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
