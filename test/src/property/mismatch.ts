import { isDeepStrictEqual } from 'node:util';

/** Model and server differ. The message names what was looked at, and both values. */
export class Mismatch extends Error {}

const MOST = 600;
const LONGEST = 40;

/** Text with all but printable ASCII escaped, long names inside it shortened. */
export function show(value: unknown): string {
  if (Buffer.isBuffer(value)) return `${value.length} bytes beginning with ${value.toString('hex', 0, 16)}`;
  const text = JSON.stringify(value, shorten) ?? 'nothing';
  const cut = text.length > MOST ? `${text.slice(0, MOST)}… (${text.length} characters)` : text;
  return cut.replace(/[^ -~…]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

function shorten(_name: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= LONGEST) return value;
  return `${value.slice(0, 8)}…(${value.length} characters)…${value.slice(-2)}`;
}

/** @throws Mismatch */
export function same(what: string, actual: unknown, expected: unknown): void {
  const equal = Buffer.isBuffer(actual) && Buffer.isBuffer(expected) ? actual.equals(expected) : isDeepStrictEqual(actual, expected);
  if (!equal) throw new Mismatch(`${what}: the model says ${show(expected)}, the server ${show(actual)}`);
}
