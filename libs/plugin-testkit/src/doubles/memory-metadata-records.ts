import {
  StoreError,
  configurationCause,
  type AcquireLease,
  type AdvanceFeedReader,
  type BucketSettings,
  type BucketSettingsPatch,
  type CallContext,
  type ConfigureBucket,
  type CreateBucket,
  type DeleteBucket,
  type DeleteDocument,
  type Outcomes,
  type PutDocument,
  type RegisterFeedReader,
  type RenewLease,
  type TrimFeed,
  type WriteDocuments,
} from '@zas/plugin-api';
import { positionOf, type MemoryMetadataState } from './memory-metadata-state.js';
import { dropUpload } from './memory-metadata-uploads.js';

export function createBucket(state: MemoryMetadataState, context: CallContext, intent: CreateBucket): Outcomes['create-bucket'] {
  const { name, owner, region, objectLock = false, settings = {}, at } = intent;
  for (const { record } of state.buckets.values()) {
    if (record.name === name) {
      const reason = record.owner === owner ? 'bucket-owned-by-you' : 'bucket';
      throw new StoreError('already-exists', 'The bucket exists', { details: { reason } });
    }
  }
  const id = state.next();
  state.buckets.set(id, {
    record: {
      id,
      name,
      owner,
      createdAt: at,
      region,
      versioning: objectLock ? 'enabled' : 'off',
      objectLock,
      settings: patchedSettings({}, settings),
      revision: state.next(),
    },
    versions: new Map(),
    usage: { objects: 0, bytes: 0 },
  });
  state.appendFeed(context, { kind: 'bucket-created', at, bucketId: id, bucket: name });
  return { bucketId: id };
}

export function deleteBucket(state: MemoryMetadataState, context: CallContext, intent: DeleteBucket): Outcomes['delete-bucket'] {
  const { record, versions } = state.bucket(intent.bucketId);
  if (versions.size > 0) throw new StoreError('conflict', 'The bucket is not empty', { details: { reason: 'bucket-not-empty' } });
  for (const upload of [...state.uploads.values()]) {
    if (upload.record.bucketId === record.id) dropUpload(state, upload, intent.at);
  }
  for (const key of state.clientTokens.keys()) if (key.startsWith(`${record.id} `)) state.clientTokens.delete(key);
  state.buckets.delete(record.id);
  state.appendFeed(context, { kind: 'bucket-deleted', at: intent.at, bucketId: record.id, bucket: record.name });
  return {};
}

export function configureBucket(
  state: MemoryMetadataState,
  context: CallContext,
  intent: ConfigureBucket,
): Outcomes['configure-bucket'] {
  const bucket = state.bucket(intent.bucketId);
  const { record } = bucket;
  if (intent.ifRevision !== undefined && intent.ifRevision !== record.revision) {
    throw new StoreError('conflict', 'The bucket was configured meanwhile', { details: { reason: 'bucket-changed', retriable: true } });
  }
  const versioning = intent.versioning ?? record.versioning;
  if (versioning === 'off' && record.versioning !== 'off') {
    throw new StoreError('invalid-argument', 'Versioning can be suspended, not switched off');
  }
  const objectLock = intent.objectLock ?? record.objectLock;
  if (objectLock && versioning !== 'enabled') {
    const reason = record.objectLock ? 'object-lock' : 'versioning';
    throw new StoreError('conflict', 'Where versions are locked, versioning is enabled', { details: { reason } });
  }
  const settings = patchedSettings(record.settings, intent.settings ?? {});
  const revision = state.next();
  bucket.record = { ...record, versioning, objectLock, settings, revision };
  state.appendFeed(context, { kind: 'bucket-configured', at: intent.at, bucketId: intent.bucketId, bucket: record.name, cause: configurationCause(intent) });
  return { revision };
}

function patchedSettings(present: BucketSettings, patch: BucketSettingsPatch): BucketSettings {
  // As a JSON value: a field that is undefined is not there.
  const given = JSON.parse(JSON.stringify(patch)) as BucketSettingsPatch;
  return Object.freeze(Object.fromEntries(Object.entries({ ...present, ...given }).filter(([, value]) => value !== null))) as BucketSettings;
}

export function acquireLease(state: MemoryMetadataState, intent: AcquireLease): Outcomes['acquire-lease'] {
  const held = state.leases.get(intent.name);
  if (held && held.holder !== intent.holder && held.expiresAt > intent.at) {
    throw new StoreError('conflict', 'Another holder has the lease', { details: { reason: 'lease-held' } });
  }
  const fence = state.next();
  state.leases.set(intent.name, { name: intent.name, holder: intent.holder, fence, expiresAt: intent.at + intent.ttlMs });
  return { fence };
}

export function renewLease(state: MemoryMetadataState, intent: RenewLease): Outcomes['renew-lease'] {
  const held = state.leases.get(intent.name);
  if (held?.fence !== intent.fence) throw new StoreError('conflict', 'The lease was lost', { details: { reason: 'lease-lost' } });
  state.leases.set(intent.name, { ...held, expiresAt: intent.at + intent.ttlMs });
  return {};
}

export function documentKey(namespace: string, collection: string, id: string): string {
  return JSON.stringify([namespace, collection, id]);
}

export function putDocument(state: MemoryMetadataState, intent: PutDocument): Outcomes['put-document'] {
  const { namespace, collection, id } = intent;
  checkRevision(state, intent);
  const revision = state.next();
  const value: unknown = JSON.parse(JSON.stringify(intent.value));
  state.documents.set(documentKey(namespace, collection, id), { namespace, collection, id, revision, value });
  return { revision };
}

export function deleteDocument(state: MemoryMetadataState, intent: DeleteDocument): Outcomes['delete-document'] {
  checkRevision(state, intent);
  return { removed: state.documents.delete(documentKey(intent.namespace, intent.collection, intent.id)) };
}

export function writeDocuments(state: MemoryMetadataState, { namespace, writes }: WriteDocuments): Outcomes['write-documents'] {
  const places = new Set(writes.map(({ collection, id }) => documentKey(namespace, collection, id)));
  if (writes.length === 0 || writes.length > 100 || places.size < writes.length) {
    throw new StoreError('invalid-argument', 'Expected 1 to 100 different documents');
  }
  for (const write of writes) checkRevision(state, { kind: 'delete-document', namespace, ...write });
  const revisions = writes.map(({ value, ...write }) => {
    if (value !== undefined) return putDocument(state, { kind: 'put-document', namespace, value, ...write }).revision;
    deleteDocument(state, { kind: 'delete-document', namespace, ...write });
    return 0;
  });
  return { revisions };
}

function checkRevision(state: MemoryMetadataState, intent: PutDocument | DeleteDocument): void {
  const present = state.documents.get(documentKey(intent.namespace, intent.collection, intent.id))?.revision ?? 0;
  if (intent.ifRevision !== undefined && intent.ifRevision !== present) {
    throw new StoreError('precondition-failed', 'The document has another revision', { details: { reason: 'document' } });
  }
}

export function registerFeedReader(state: MemoryMetadataState, intent: RegisterFeedReader): Outcomes['register-feed-reader'] {
  const position = state.readers.get(intent.name) ?? (intent.from === 'now' ? positionOf(state.last) : state.trimmedTo);
  state.readers.set(intent.name, position);
  return { position };
}

export function advanceFeedReader(state: MemoryMetadataState, intent: AdvanceFeedReader): Outcomes['advance-feed-reader'] {
  const present = state.readers.get(intent.name);
  if (present === undefined) throw new StoreError('not-found', 'No such feed reader', { details: { reason: 'feed-reader' } });
  if (intent.position > present) state.readers.set(intent.name, intent.position);
  return {};
}

export function trimFeed(state: MemoryMetadataState, intent: TrimFeed): Outcomes['trim-feed'] {
  const passedByAll = state.feed.filter(({ position }) => [...state.readers.values()].every((reader) => position <= reader)).length;
  const removed = Math.min(intent.limit, Math.max(passedByAll, state.feed.length - intent.keepAtMost));
  state.trimmedTo = state.feed.splice(0, removed).at(-1)?.position ?? state.trimmedTo;
  return { removed };
}
