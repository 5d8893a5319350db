import type { ErrorCode } from '@zas/plugin-api';
import { errorCodeOf } from '@zas/plugin-api';
import type { WrittenBody } from './write-body.js';

/** Codes with which a store says that an intent surely did nothing. With any other it may have been committed. */
const REFUSED: ReadonlySet<ErrorCode> = new Set([
  'invalid-argument',
  'access-denied',
  'not-found',
  'already-exists',
  'precondition-failed',
  'conflict',
  'locked',
  'quota-exceeded',
  'slow-down',
  'aborted',
]);

/**
 * Records a written body by `apply`. When the intent is surely refused the bytes
 * go at once; when its fate is unknown they stay, for the record that may exist.
 */
export async function recordBody<T>(written: WrittenBody, apply: () => Promise<T>): Promise<T> {
  try {
    return await apply();
  } catch (error) {
    if (REFUSED.has(errorCodeOf(error))) await written.discard();
    else written.doubt();
    throw error;
  } finally {
    written.settled();
  }
}
