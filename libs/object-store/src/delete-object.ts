import type { CallContext, Outcomes } from '@zas/plugin-api';
import type { ObjectName } from './find-object.js';
import type { ObjectStore } from './object-store.js';
import { NONCE_LENGTH } from './object-store.js';

/** Deletes as the `delete-object` intent says. Idempotent: an absent object is success. */
export async function deleteObject(store: ObjectStore, context: CallContext, name: ObjectName): Promise<Outcomes['delete-object']> {
  return store.metadata.apply(context, {
    kind: 'delete-object',
    bucketId: name.bucket.id,
    key: name.key,
    versionId: name.versionId,
    at: store.clock.now(),
    nonce: store.random(NONCE_LENGTH),
  });
}
