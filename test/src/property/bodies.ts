import crypto from 'node:crypto';
import type { Random } from './random.js';

const MIB = 2 ** 20;
const LARGEST = 2 * MIB;
const OFFSETS = 4 * MIB;

/** A body as data: bytes of one fixed pseudo-random stream. Two with the same start and size are equal. */
export interface Body {
  readonly size: number;
  readonly start: number;
}

const stream = crypto.createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16)).update(Buffer.alloc(LARGEST + OFFSETS));

/** The bytes of a body: a view, not to be written to. */
export function bytesOf({ size, start }: Body): Buffer {
  return stream.subarray(start, start + size);
}

/** Mostly below 1 KiB, some around the limit up to which bodies lie with their record (32 KiB), few large. */
export function randomBody(random: Random): Body {
  const size = random.weighted([
    { weight: 5, value: () => 0 },
    { weight: 80, value: () => random.integer(1, 1023) },
    { weight: 9, value: () => random.pick([4096, 32_767, 32_768, 32_769, 65_536, 65_537]) },
    { weight: 1.2, value: () => random.integer(200 * 1024, 1.5 * MIB) },
  ])();
  return { size, start: randomStart(random) };
}

/** Around the least size of a part that the tested server is told, some zero, few large. */
export function randomPart(random: Random): Body {
  const size = random.weighted([
    { weight: 2, value: () => 0 },
    { weight: 2, value: () => random.integer(1, 1023) },
    { weight: 60, value: () => random.integer(1024, 3000) },
    { weight: 8, value: () => random.pick([1024, 1025, 32_768, 32_769, 65_536]) },
    { weight: 1.5, value: () => random.integer(200 * 1024, 700 * 1024) },
  ])();
  return { size, start: randomStart(random) };
}

/** Few starts for some, so that equal contents come up and are stored once. */
function randomStart(random: Random): number {
  return random.chance(0.3) ? random.integer(0, 3) : random.integer(0, OFFSETS - 1);
}
