import { isDeepStrictEqual } from 'node:util';

/** Model and server differ. The message names what was looked at, and both values. */
export class Mismatch extends Error {}

const MOST = 400;

export function show(value: unknown): string {
  const text = Buffer.isBuffer(value) ? `${value.length} bytes ${value.subarray(0, 16).toString('hex')}…` : (JSON.stringify(value) ?? 'nothing');
  return text.length > MOST ? `${text.slice(0, MOST)}… (${text.length} characters)` : text;
}

/** @throws Mismatch */
export function same(what: string, actual: unknown, expected: unknown): void {
  const equal = Buffer.isBuffer(actual) && Buffer.isBuffer(expected) ? actual.equals(expected) : isDeepStrictEqual(actual, expected);
  if (!equal) throw new Mismatch(`${what}: the model says ${show(expected)}, the server ${show(actual)}`);
}
