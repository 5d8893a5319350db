import type { BucketRecord, CallContext } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { ObjectStore } from './object-store.js';

/** The bucket of that name. Throws `not-found`, reason `bucket`. */
export async function requireBucket(store: ObjectStore, context: CallContext, name: string): Promise<BucketRecord> {
  const bucket = await store.metadata.buckets.find(context, name);
  if (!bucket) throw new StoreError('not-found', 'The bucket does not exist', { details: { reason: 'bucket', bucket: name } });
  return bucket;
}

/** Makes a bucket for an account. Throws `already-exists`, reason `bucket-owned-by-you` or `bucket`. */
export async function createBucket(
  store: ObjectStore,
  context: CallContext,
  input: { readonly name: string; readonly owner: string; readonly region: string },
): Promise<void> {
  await store.metadata.apply(context, { kind: 'create-bucket', ...input, at: store.clock.now() });
}

/** Removes an empty bucket and aborts its open uploads. Throws `conflict`, reason `bucket-not-empty`. */
export async function deleteBucket(store: ObjectStore, context: CallContext, bucket: BucketRecord): Promise<void> {
  await store.metadata.apply(context, { kind: 'delete-bucket', bucketId: bucket.id, at: store.clock.now() });
}
