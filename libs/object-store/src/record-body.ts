import type { CallContext, ErrorCode } from '@zas/plugin-api';
import { StoreError, errorCodeOf } from '@zas/plugin-api';
import type { WrittenBody } from '@zas/content-store';
import type { ObjectStore } from './object-store.js';

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

/** Asks every gate; a gate that throws counts as no. Throws `access-denied` with the gate's reason. */
export async function admit(
  store: ObjectStore,
  context: CallContext,
  subject: { bucket: string; key: string; contentType?: string },
  written: WrittenBody,
): Promise<void> {
  for (const gate of store.admissions) {
    const verdict = await gate.admitWrite(context, { ...subject, size: written.size, sha256: written.digests.sha256 }).catch((cause: unknown) => {
      throw new StoreError('access-denied', 'An admission rule could not be asked', { cause });
    });
    if (!verdict.admitted) throw new StoreError('access-denied', 'An admission rule refused it', { details: { rule: verdict.reason } });
  }
}
