import {
  StoreError,
  type BlobLedger,
  type BucketCatalog,
  type ChangeFeed,
  type DocumentCollections,
  type Extent,
  type LeaseTable,
  type ObjectCatalog,
  type ObjectVersion,
  type UploadLedger,
} from '@zas/plugin-api';
import { listUploads, listVersions } from './memory-metadata-listing.js';
import { documentKey } from './memory-metadata-records.js';
import { compareBytes, locationOf, type MemoryMetadataState, type StoredContent, type StoredVersion } from './memory-metadata-state.js';

const NOTHING = { entries: [], truncated: false };

export function bucketCatalog(state: MemoryMetadataState): BucketCatalog {
  const records = () => [...state.buckets.values()].map((bucket) => bucket.record);
  return {
    find: (_context, name) => Promise.resolve(records().find((bucket) => bucket.name === name)),
    findById: (_context, bucketId) => Promise.resolve(state.buckets.get(bucketId)?.record),
    list: (_context, { owner, prefix = '', after, limit }) =>
      Promise.resolve(
        records()
          .filter((bucket) => bucket.name.startsWith(prefix) && (owner === undefined || bucket.owner === owner))
          .filter((bucket) => after === undefined || compareBytes(bucket.name, after) > 0)
          .sort((a, b) => compareBytes(a.name, b.name))
          .slice(0, limit),
      ),
    usage: (_context, bucketId) => Promise.resolve(state.buckets.get(bucketId)?.usage ?? { objects: 0, bytes: 0 }),
  };
}

export function objectCatalog(state: MemoryMetadataState): ObjectCatalog {
  return {
    find: (_context, { bucketId, key, versionId }, options) => {
      const versions = state.buckets.get(bucketId)?.versions.get(key) ?? [];
      const version = versionId === undefined ? versions[0] : versions.find((candidate) => candidate.versionId === versionId);
      return Promise.resolve(version && recordOf(state, bucketId, key, version, version === versions[0], options?.body ?? false));
    },
    list: async (_context, { after, ...query }) => {
      const bucket = state.buckets.get(query.bucketId);
      return bucket ? listVersions(bucket, { ...query, afterKey: after }, true) : NOTHING;
    },
    listVersions: async (_context, query) => {
      const bucket = state.buckets.get(query.bucketId);
      return bucket ? listVersions(bucket, query, false) : NOTHING;
    },
    extents: (_context, bodyId, from, length) =>
      Promise.resolve(extentsOf(state, bodyId).filter((extent) => extent.start < from + length && extent.start + extent.length > from)),
    inlineBytes: (_context, inlineId) => Promise.resolve(state.inlineBodies.get(inlineId)),
    bodyParts: (_context, bodyId, { after, limit }) =>
      Promise.resolve((state.bodies.get(bodyId)?.parts ?? []).filter((part) => part.number > after).slice(0, limit)),
  };
}

function recordOf(
  state: MemoryMetadataState,
  bucketId: number,
  key: string,
  version: StoredVersion,
  isLatest: boolean,
  withBytes: boolean,
): ObjectVersion {
  const { seq, versionId, deleteMarker, size, modifiedAt } = version;
  const location = locationOf(state, version.body);
  const body = location.kind === 'inline' && withBytes ? { ...location, bytes: state.inlineBodies.get(location.inlineId) } : location;
  const partCount = version.body.parts?.length;
  return { ...version.attributes, bucketId, key, seq, versionId, isLatest, deleteMarker, size, modifiedAt, body, partCount };
}

function placeOf(state: MemoryMetadataState, contentId: number): { locator: string; contentSize: number } {
  const { locator, size } = state.contents.get(contentId)!;
  return { locator, contentSize: size };
}

function extentsOf(state: MemoryMetadataState, bodyId: number): Extent[] {
  let start = 0;
  const extents = (state.bodies.get(bodyId)?.pieces ?? []).map(({ length, source }): Extent => {
    const extent: Extent = {
      start,
      length,
      source:
        source.kind === 'inline'
          ? { ...source, offset: 0 }
          : { ...source, ...placeOf(state, source.contentId) },
    };
    start += length;
    return extent;
  });
  return extents.filter((extent) => extent.length > 0);
}

export function uploadLedger(state: MemoryMetadataState): UploadLedger {
  return {
    find: (_context, { bucketId, key, uploadId }) => {
      const record = state.uploads.get(uploadId)?.record;
      return Promise.resolve(record?.bucketId === bucketId && record.key === key ? record : undefined);
    },
    list: (_context, { bucketId, ...query }) =>
      Promise.resolve(listUploads([...state.uploads.values()].filter(({ record }) => record.bucketId === bucketId), query)),
    parts: (_context, uploadId, { after, limit }) => {
      const parts = [...(state.uploads.get(uploadId)?.parts.values() ?? [])].map((part) => part.record);
      return Promise.resolve(
        parts
          .filter((part) => part.number > after)
          .sort((a, b) => a.number - b.number)
          .slice(0, limit),
      );
    },
    completed: (_context, uploadId) => Promise.resolve(state.completed.get(uploadId)),
    olderThan: (_context, before, limit) =>
      Promise.resolve(
        [...state.uploads.values()]
          .map(({ record }) => record)
          .filter((record) => record.initiatedAt < before)
          .sort((a, b) => a.initiatedAt - b.initiatedAt)
          .slice(0, limit),
      ),
  };
}

export function blobLedger(state: MemoryMetadataState): BlobLedger {
  const record = ({ id, locator, size, state: present, references }: StoredContent) => ({ id, locator, size, state: present, references });
  return {
    find: (_context, contentId) => {
      const row = state.contents.get(contentId);
      return Promise.resolve(row && record(row));
    },
    blockSums: (_context, contentId, first, count) =>
      Promise.resolve(state.contents.get(contentId)?.blockSums.subarray(first * 8, (first + count) * 8)),
    sha256: async (_context, contentId) => {
      const row = state.contents.get(contentId);
      return row?.shared ? row.digests.sha256 : undefined;
    },
    // Memory does not rot.
    checkInline: () => Promise.resolve({ corrupt: [] }),
    known: (_context, locators) => {
      const all = new Set([...state.contents.values(), ...state.blobUploads.values()].map((row) => row.locator));
      return Promise.resolve(new Set(locators.filter((locator) => all.has(locator))));
    },
    list: (_context, { after, limit }) =>
      Promise.resolve([...state.contents.values()].filter(({ id }) => id > after).slice(0, limit).map(record)),
  };
}

export function changeFeed(state: MemoryMetadataState): ChangeFeed {
  return {
    read: async (_context, position, limit) => {
      if (position < state.trimmedTo) {
        throw new StoreError('conflict', 'Entries behind this position are gone', { details: { reason: 'feed-trimmed' } });
      }
      const entries = state.feed.filter((entry) => entry.position > position).slice(0, limit);
      return { entries, position: entries.at(-1)?.position ?? position };
    },
    readers: () =>
      Promise.resolve(
        [...state.readers].map(([name, position]) => ({ name, position, mustResynchronise: position < state.trimmedTo })),
      ),
  };
}

export function leaseTable(state: MemoryMetadataState): LeaseTable {
  return {
    find: (_context, name) => Promise.resolve(state.leases.get(name)),
    list: (_context, prefix) =>
      Promise.resolve(
        [...state.leases.values()].filter(({ name }) => name.startsWith(prefix)).sort((a, b) => compareBytes(a.name, b.name)),
      ),
  };
}

export function documentCollections(state: MemoryMetadataState): DocumentCollections {
  return {
    find: (_context, namespace, collection, id) => {
      const found = state.documents.get(documentKey(namespace, collection, id));
      return Promise.resolve(found && { id, revision: found.revision, value: JSON.parse(JSON.stringify(found.value)) as unknown });
    },
    list: (_context, namespace, collection, { after, limit }) =>
      Promise.resolve(
        [...state.documents.values()]
          .filter((found) => found.namespace === namespace && found.collection === collection)
          .filter(({ id }) => after === undefined || compareBytes(id, after) > 0)
          .sort((a, b) => compareBytes(a.id, b.id))
          .slice(0, limit)
          .map(({ id, revision, value }) => ({ id, revision, value: JSON.parse(JSON.stringify(value)) as unknown })),
      ),
  };
}
