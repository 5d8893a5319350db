import {
  StoreError,
  encodeVersionId,
  type CallContext,
  type DeleteObject,
  type ObjectAttributes,
  type Outcomes,
  type Precondition,
  type PutObject,
  type WrittenVersion,
} from '@zas/plugin-api';
import { prepareBody, recordBody, releaseBody } from './memory-metadata-bodies.js';
import { checkDeletable, checkLockable, checkTags, withDefaultRetention } from './memory-metadata-locks.js';
import type { MemoryMetadataState, StoredBody, StoredBucket, StoredVersion } from './memory-metadata-state.js';

export function putObject(state: MemoryMetadataState, context: CallContext, intent: PutObject): WrittenVersion {
  const bucket = state.bucket(intent.bucketId);
  checkPrecondition(bucket, intent.key, intent.precondition);
  checkLockable(bucket, intent.attributes);
  const body = prepareBody(state, intent.body, intent.at);
  if (body.size !== intent.size) throw new StoreError('invalid-argument', 'The body is not as long as the object');
  return addVersion(state, context, bucket, {
    ...intent,
    body: body.record(),
    cause: intent.body.kind === 'copy' ? 'copy' : 'put',
  });
}

/** Adds a version on top, as put and complete do. The body is recorded already. */
export function addVersion(
  state: MemoryMetadataState,
  context: CallContext,
  bucket: StoredBucket,
  object: { key: string; size: number; body: StoredBody; attributes: ObjectAttributes; at: number; nonce: string; cause: string },
): WrittenVersion {
  const { versioning } = bucket.record;
  const { key, size, at } = object;
  const seq = state.next();
  const versionId = versioning === 'enabled' ? encodeVersionId(seq, object.nonce) : 'null';
  if (versioning !== 'enabled') removeVersion(state, bucket, key, 'null', at);
  const attributes = withDefaultRetention(bucket, object.attributes, at);
  placeOnTop(bucket, key, { seq, versionId, deleteMarker: false, size, modifiedAt: at, attributes, body: object.body });
  bucket.usage = { objects: bucket.usage.objects + 1, bytes: bucket.usage.bytes + size };
  const shown = versioning === 'off' ? undefined : versionId;
  state.appendFeed(context, {
    kind: 'object-created',
    at,
    bucketId: bucket.record.id,
    bucket: bucket.record.name,
    key,
    versionId: shown,
    size,
    etag: object.attributes.etag,
    cause: object.cause,
  });
  return { seq, versionId: shown, modifiedAt: at };
}

export function deleteObject(state: MemoryMetadataState, context: CallContext, intent: DeleteObject): Outcomes['delete-object'] {
  const bucket = state.bucket(intent.bucketId);
  const { versioning, id: bucketId, name } = bucket.record;
  const { key, at } = intent;
  checkPrecondition(bucket, key, intent.precondition);
  const change = { at, bucketId, bucket: name, key };

  if (intent.versionId !== undefined || versioning === 'off') {
    const present = bucket.versions.get(key)?.find((version) => version.versionId === (intent.versionId ?? 'null'));
    if (present) checkTags(present.attributes, intent.ifTags);
    if (present) checkDeletable(present.attributes, intent);
    const removed = removeVersion(state, bucket, key, intent.versionId ?? 'null', at);
    if (!removed) return { removed: false, deleteMarker: false };
    const versionId = versioning === 'off' ? undefined : removed.versionId;
    state.appendFeed(context, { ...change, kind: 'object-deleted', versionId });
    return { removed: true, deleteMarker: removed.deleteMarker, versionId };
  }

  const removed = currentObject(bucket, key) !== undefined;
  const seq = state.next();
  const versionId = versioning === 'enabled' ? encodeVersionId(seq, intent.nonce) : 'null';
  if (versioning === 'suspended') removeVersion(state, bucket, key, 'null', at);
  const attributes = { etag: '', owner: bucket.record.owner, storageClass: 'STANDARD', headers: {}, userMetadata: {} };
  placeOnTop(bucket, key, { seq, versionId, deleteMarker: true, size: 0, modifiedAt: at, attributes, body: recordBody(state, []) });
  state.appendFeed(context, { ...change, kind: 'delete-marker-created', versionId });
  return { removed, deleteMarker: true, versionId };
}

/** Throws when the current version of `key` is not as `precondition` wants it. */
export function checkPrecondition(bucket: StoredBucket, key: string, precondition: Precondition | undefined): void {
  const etag = currentObject(bucket, key)?.attributes.etag;
  if (precondition?.ifMatch) {
    if (etag === undefined) throw new StoreError('not-found', 'The object does not exist', { details: { reason: 'object' } });
    if (!precondition.ifMatch.some((wanted) => wanted === '*' || wanted === etag)) {
      throw new StoreError('precondition-failed', 'The object has another etag', { details: { condition: 'If-Match' } });
    }
  }
  if (etag !== undefined && precondition?.ifNoneMatch?.some((unwanted) => unwanted === '*' || unwanted === etag)) {
    throw new StoreError('precondition-failed', 'The object exists', { details: { condition: 'If-None-Match' } });
  }
}

export function currentObject(bucket: StoredBucket, key: string): StoredVersion | undefined {
  const newest = bucket.versions.get(key)?.[0];
  return newest?.deleteMarker ? undefined : newest;
}

export function placeOnTop(bucket: StoredBucket, key: string, version: StoredVersion): void {
  bucket.versions.set(key, [version, ...(bucket.versions.get(key) ?? [])]);
}

export function removeVersion(
  state: MemoryMetadataState,
  bucket: StoredBucket,
  key: string,
  versionId: string,
  at: number,
): StoredVersion | undefined {
  const versions = bucket.versions.get(key) ?? [];
  const version = versions.find((candidate) => candidate.versionId === versionId);
  if (!version) return undefined;
  const rest = versions.filter((candidate) => candidate !== version);
  if (rest.length > 0) bucket.versions.set(key, rest);
  else bucket.versions.delete(key);
  releaseBody(state, version.body, at);
  if (!version.deleteMarker) {
    bucket.usage = { objects: bucket.usage.objects - 1, bytes: bucket.usage.bytes - version.size };
  }
  return version;
}
