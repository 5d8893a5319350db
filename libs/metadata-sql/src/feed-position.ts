import { StoreError } from '@zas/plugin-api';

const WIDTH = 16;

/** A position as callers see it: fixed width, so that positions also compare as text. */
export function encodePosition(sequence: number): string {
  return String(sequence).padStart(WIDTH, '0');
}

/** @throws `invalid-argument` for what {@link encodePosition} did not make */
export function decodePosition(position: string): number {
  const sequence = /^[0-9]{16}$/.test(position) ? Number(position) : NaN;
  if (!Number.isSafeInteger(sequence)) throw new StoreError('invalid-argument', 'The position is no position of this feed');
  return sequence;
}
