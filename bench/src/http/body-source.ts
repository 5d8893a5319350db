import crypto from 'node:crypto';
import type { RequestBody } from './connection.js';

const TAIL_BYTES = 4096;
const SMALL_BODIES = 64;

/** Some bodies of one size, made once. */
export function smallBodies(size: number): readonly RequestBody[] {
  return Array.from({ length: SMALL_BODIES }, () => {
    const bytes = crypto.randomBytes(size);
    return { pieces: [bytes], length: size, sha256: crypto.hash('sha256', bytes, 'hex') };
  });
}

/**
 * Large bodies, each of its own content so that no server may share them, at the
 * price of 4 KiB: only the tail differs, and the hash of the rest is kept.
 * @param size above 4 KiB
 */
export function largeBodies(size: number): () => RequestBody {
  const head = crypto.randomBytes(size - TAIL_BYTES);
  const hashed = crypto.createHash('sha256').update(head);
  return () => {
    const tail = crypto.randomBytes(TAIL_BYTES);
    return { pieces: [head, tail], length: size, sha256: hashed.copy().update(tail).digest('hex') };
  };
}
