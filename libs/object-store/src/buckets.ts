import type { BucketRecord, BucketSettings, CallContext, ConfigureBucket } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import type { ObjectStore } from './object-store.js';
import { retryWhenChanged } from './retry-when-changed.js';

/** The bucket of that name. Throws `not-found`, reason `bucket`. */
export async function requireBucket(store: ObjectStore, context: CallContext, name: string): Promise<BucketRecord> {
  const bucket = await store.metadata.buckets.find(context, name);
  if (!bucket) throw noSuchBucket(name);
  return bucket;
}

const noSuchBucket = (name: string) => new StoreError('not-found', 'The bucket does not exist', { details: { reason: 'bucket', bucket: name } });

export interface NewBucket {
  readonly name: string;
  /** Account id. */
  readonly owner: string;
  readonly region: string;
  /** Versions may be locked; versioning is enabled with it. */
  readonly objectLock?: boolean;
  readonly settings?: BucketSettings;
}

/** Makes a bucket for an account. Throws `already-exists`, reason `bucket-owned-by-you` or `bucket`. */
export async function createBucket(store: ObjectStore, context: CallContext, input: NewBucket): Promise<void> {
  await store.metadata.apply(context, { kind: 'create-bucket', ...input, at: store.clock.now() });
}

/** Removes an empty bucket and aborts its open uploads. Throws `conflict`, reason `bucket-not-empty`. */
export async function deleteBucket(store: ObjectStore, context: CallContext, bucket: BucketRecord): Promise<void> {
  await store.metadata.apply(context, { kind: 'delete-bucket', bucketId: bucket.id, at: store.clock.now() });
}

/** Each change upsets all others that are under way, so as many may change a bucket at once. */
const CONFIGURE_TRIES = 100;

/** What is to change on a bucket. */
export type BucketChange = Pick<ConfigureBucket, 'versioning' | 'objectLock' | 'settings'>;

/**
 * Changes a bucket's configuration upon what it is at that moment.
 * @param decide sees the bucket and says what changes, or throws to refuse; asked
 *   again when somebody else was faster, so that its reasons hold in the commit
 *
 * Errors: those of `decide` and of the `configure-bucket` intent; `not-found`, reason `bucket`.
 */
export async function configureBucket(
  store: ObjectStore,
  context: CallContext,
  bucket: BucketRecord,
  decide: (present: BucketRecord) => BucketChange | Promise<BucketChange>,
): Promise<void> {
  let present = bucket;
  await retryWhenChanged(async () => {
    const change = await decide(present);
    try {
      await store.metadata.apply(context, {
        kind: 'configure-bucket',
        bucketId: present.id,
        ...change,
        ifRevision: present.revision,
        at: store.clock.now(),
      });
    } catch (error) {
      if (isStoreError(error) && error.details.reason === 'bucket-changed') {
        const found = await store.metadata.buckets.findById(context, present.id);
        if (!found) throw noSuchBucket(present.name);
        present = found;
      }
      throw error;
    }
  }, CONFIGURE_TRIES);
}
