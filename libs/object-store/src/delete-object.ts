import type { CallContext, Outcomes, Precondition, Tags } from '@zas/plugin-api';
import type { ObjectName } from './find-object.js';
import type { ObjectStore } from './object-store.js';
import { NONCE_LENGTH } from './object-store.js';

export interface DeleteObjectInput extends ObjectName {
  readonly precondition?: Precondition;
  /** The caller may and wants to override governance retention. */
  readonly bypassGovernance?: boolean;
  /** The tags upon which the caller was allowed to delete. */
  readonly ifTags?: Tags;
}

/**
 * Deletes as the `delete-object` intent says. Idempotent: an absent object is success.
 * Throws `locked`, and `not-found` or `precondition-failed` by its precondition.
 */
export async function deleteObject(store: ObjectStore, context: CallContext, input: DeleteObjectInput): Promise<Outcomes['delete-object']> {
  const { bucket, key, versionId, precondition, bypassGovernance, ifTags } = input;
  return store.metadata.apply(context, {
    kind: 'delete-object',
    bucketId: bucket.id,
    key,
    versionId,
    precondition,
    bypassGovernance,
    ifTags,
    at: store.clock.now(),
    nonce: store.random(NONCE_LENGTH),
  });
}
