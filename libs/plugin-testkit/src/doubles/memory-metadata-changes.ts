import {
  StoreError,
  type AppendObject,
  type CallContext,
  type ForgetClientTokens,
  type ObjectAttributes,
  type Outcomes,
  type RenameObject,
  type UpdateObject,
  type WrittenVersion,
} from '@zas/plugin-api';
import { prepareBody, recordBody } from './memory-metadata-bodies.js';
import { checkLockable, checkRetentionChange, checkTags } from './memory-metadata-locks.js';
import { checkPrecondition, currentObject, placeOnTop, removeVersion } from './memory-metadata-objects.js';
import type { MemoryMetadataState, StoredBucket, StoredVersion } from './memory-metadata-state.js';

/** Causes of an update, by the field that changes. */
const CAUSES = { acl: 'acl', tags: 'tags', retention: 'retention', legalHold: 'legal-hold' } as const;

export function updateObject(state: MemoryMetadataState, context: CallContext, intent: UpdateObject): Outcomes['update-object'] {
  const bucket = state.bucket(intent.bucketId);
  const present = requireVersion(bucket, intent);
  checkTags(present.attributes, intent.ifTags);
  checkLockable(bucket, { retention: intent.retention ?? undefined, legalHold: intent.legalHold });
  checkRetentionChange(present.attributes, intent);
  const { record } = bucket;
  const changed: Record<string, unknown> = { ...present.attributes };
  const fields = (Object.keys(CAUSES) as (keyof typeof CAUSES)[]).filter((field) => intent[field] !== undefined);
  for (const field of fields) changed[field] = structuredClone(intent[field]) ?? undefined;
  const versions = bucket.versions.get(intent.key)!;
  const updated = { ...present, attributes: changed as unknown as ObjectAttributes };
  bucket.versions.set(intent.key, versions.map((version) => (version === present ? updated : version)));
  const versionId = record.versioning === 'off' ? undefined : present.versionId;
  const cause = fields.map((field) => CAUSES[field]).join(',');
  state.appendFeed(context, { kind: 'object-updated', at: intent.at, bucketId: record.id, bucket: record.name, key: intent.key, versionId, cause });
  return { seq: present.seq, versionId };
}

function requireVersion(bucket: StoredBucket, { key, versionId }: UpdateObject): StoredVersion {
  const versions = bucket.versions.get(key) ?? [];
  const found = versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  const named = versionId !== undefined;
  if (!found) throw new StoreError('not-found', 'The object does not exist', { details: { reason: named ? 'version' : 'object' } });
  if (!found.deleteMarker) return found;
  throw new StoreError('not-found', 'The object was deleted', { details: { reason: 'delete-marker', versionId: found.versionId, named } });
}

function mustBeUnversioned({ record }: StoredBucket): void {
  if (record.versioning !== 'off') throw new StoreError('conflict', 'The bucket has versions', { details: { reason: 'versioning' } });
}

export function appendObject(state: MemoryMetadataState, context: CallContext, intent: AppendObject): WrittenVersion {
  const bucket = state.bucket(intent.bucketId);
  mustBeUnversioned(bucket);
  const current = currentObject(bucket, intent.key);
  if (current?.seq !== intent.seq) {
    throw new StoreError('conflict', 'The object changed meanwhile', { details: { reason: 'source-changed', retriable: true } });
  }
  const prepared = prepareBody(state, intent.body, intent.at);
  if (prepared.size !== intent.size) throw new StoreError('invalid-argument', 'The body is not as long as it should be');
  const added = prepared.record();
  const body = { ...recordBody(state, [...current.body.pieces, ...added.pieces]), appended: true as const };
  state.bodies.delete(added.id);
  state.bodies.delete(current.body.id);
  const { etag, checksum, at, key, bucketId } = intent;
  const seq = state.next();
  const size = current.size + intent.size;
  bucket.versions.set(key, [{ ...current, seq, size, modifiedAt: at, body, attributes: { ...current.attributes, etag, checksum } }]);
  bucket.usage = { objects: bucket.usage.objects, bytes: bucket.usage.bytes + intent.size };
  state.appendFeed(context, { kind: 'object-created', at, bucketId, bucket: bucket.record.name, key, size, etag, cause: 'append' });
  return { seq, modifiedAt: at };
}

export function renameObject(state: MemoryMetadataState, context: CallContext, intent: RenameObject): Outcomes['rename-object'] {
  const bucket = state.bucket(intent.bucketId);
  const { key, source, token, at, bucketId } = intent;
  const tokenKey = `${bucketId} ${token}`;
  const request = JSON.stringify([source, key]);
  const used = token === undefined ? undefined : state.clientTokens.get(tokenKey);
  if (used?.request === request) return {};
  if (used) throw new StoreError('conflict', 'The token was used for another request', { details: { reason: 'client-token' } });
  mustBeUnversioned(bucket);
  const current = currentObject(bucket, source);
  if (!current) throw new StoreError('not-found', 'The object does not exist', { details: { reason: 'object' } });
  checkPrecondition(bucket, source, intent.sourcePrecondition);
  checkPrecondition(bucket, key, intent.precondition);
  if (token !== undefined) state.clientTokens.set(tokenKey, { request, at });
  if (source === key) return { seq: current.seq };
  removeVersion(state, bucket, key, 'null', at);
  bucket.versions.delete(source);
  const seq = state.next();
  placeOnTop(bucket, key, { ...current, seq });
  const change = { at, bucketId, bucket: bucket.record.name, cause: 'rename' };
  state.appendFeed(context, { ...change, kind: 'object-deleted', key: source });
  state.appendFeed(context, { ...change, kind: 'object-created', key, size: current.size, etag: current.attributes.etag });
  return { seq };
}

export function forgetClientTokens(state: MemoryMetadataState, { before, limit }: ForgetClientTokens): Outcomes['forget-client-tokens'] {
  const old = [...state.clientTokens].filter(([, { at }]) => at < before).slice(0, limit);
  for (const [key] of old) state.clientTokens.delete(key);
  return { forgotten: old.length };
}
