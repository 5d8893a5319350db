import type { ByteRange, BucketRecord, CallContext, ObjectVersion } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { OpenBody } from '@zas/content-store';
import { openBody } from '@zas/content-store';
import type { ObjectStore } from './object-store.js';

export interface ObjectName {
  readonly bucket: BucketRecord;
  readonly key: string;
  readonly versionId?: string;
}

const OPEN_TRIES = 5;

/**
 * The named version, or the current one.
 * Throws `not-found` with reason `object`, `version`, or `delete-marker` (details `versionId`, `modifiedAt`, `named` when it was asked for).
 */
export async function findObject(store: ObjectStore, context: CallContext, name: ObjectName, body = false): Promise<ObjectVersion> {
  const { bucket, key, versionId } = name;
  const version = await store.metadata.objects.find(context, { bucketId: bucket.id, key, versionId }, { body });
  if (!version) {
    const reason = versionId === undefined ? 'object' : 'version';
    throw new StoreError('not-found', 'The object does not exist', { details: { reason, bucket: bucket.name, key, versionId } });
  }
  if (version.deleteMarker) {
    const { modifiedAt } = version;
    const details = { reason: 'delete-marker', bucket: bucket.name, key, versionId: version.versionId, named: versionId !== undefined, modifiedAt } as const;
    throw new StoreError('not-found', 'The object was deleted', { details });
  }
  return version;
}

/** A version and the bytes of the range that the caller chose for it. */
export interface OpenObject {
  readonly version: ObjectVersion;
  readonly range: ByteRange;
  readonly body: OpenBody;
}

/**
 * Finds a version and opens a range of it, consistently: when the body is replaced
 * in between, the record is looked up again and `choose` asked again.
 * @param choose picks the range after seeing the record; may throw to refuse
 */
export async function openObject(
  store: ObjectStore,
  context: CallContext,
  name: ObjectName,
  choose: (version: ObjectVersion) => ByteRange | Promise<ByteRange>,
): Promise<OpenObject> {
  for (let attempt = 0; attempt < OPEN_TRIES; attempt++) {
    const version = await findObject(store, context, name, true);
    const range = await choose(version);
    const body = await openBody(store.metadata.objects, context, { location: version.body, size: version.size }, range);
    if (body) return { version, range, body };
  }
  throw new StoreError('conflict', 'The object keeps changing', { details: { reason: 'object', retriable: true } });
}
