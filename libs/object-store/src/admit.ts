import type { CallContext } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { WrittenBody } from '@zas/content-store';
import type { ObjectStore } from './object-store.js';

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
