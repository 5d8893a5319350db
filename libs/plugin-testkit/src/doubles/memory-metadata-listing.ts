import {
  StoreError,
  decodeVersionId,
  type ObjectListEntry,
  type ObjectListPage,
  type ObjectSummary,
  type UploadListEntry,
  type UploadRecord,
  type VersionListQuery,
} from '@zas/plugin-api';
import { compareBytes, type StoredBucket, type StoredUpload, type StoredVersion } from './memory-metadata-state.js';

interface Rollup {
  readonly prefix: string;
  readonly delimiter?: string;
}

/** The common prefix that `key` is rolled up into, if any. */
function commonPrefix(key: string, { prefix, delimiter }: Rollup): string | undefined {
  if (!delimiter || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** True when `key` lies behind `after`, which may be a common prefix that covers it. */
function isBehind(key: string, after: string, rollup: Rollup): boolean {
  if (commonPrefix(after, rollup) === after && key.startsWith(after)) return false;
  return compareBytes(key, after) > 0;
}

/** Rolls up sorted items and cuts the page. */
function page<T extends { key: string }, E>(
  items: readonly T[],
  query: Rollup & { limit: number },
  entryOf: (item: T) => E,
  prefixOf: (prefix: string) => E,
): { entries: E[]; truncated: boolean } {
  const entries: E[] = [];
  let last: string | undefined;
  for (const item of items) {
    const prefix = commonPrefix(item.key, query);
    if (prefix !== undefined && prefix === last) continue;
    last = prefix;
    entries.push(prefix === undefined ? entryOf(item) : prefixOf(prefix));
  }
  return { entries: entries.slice(0, query.limit), truncated: entries.length > query.limit };
}

export function summaryOf(key: string, version: StoredVersion, isLatest: boolean): ObjectSummary {
  const { seq, versionId, deleteMarker, size, modifiedAt, attributes } = version;
  const { etag, owner, storageClass, checksum } = attributes;
  const checks = { checksumAlgorithm: checksum?.algorithm, checksumType: checksum?.type };
  return { key, seq, versionId, isLatest, deleteMarker, size, modifiedAt, etag, owner, storageClass, ...checks };
}

/** All versions, or with `currentOnly` the visible current objects. */
export function listVersions(bucket: StoredBucket, query: Omit<VersionListQuery, 'bucketId'>, currentOnly: boolean): ObjectListPage {
  const { prefix, afterKey, afterVersion } = query;
  const items: ObjectSummary[] = [];
  for (const key of [...bucket.versions.keys()].filter((name) => name.startsWith(prefix)).sort(compareBytes)) {
    const versions = bucket.versions.get(key)!;
    const inside = key === afterKey && afterVersion !== undefined;
    if (afterKey !== undefined && !inside && !isBehind(key, afterKey, query)) continue;
    const from = inside ? versionLimit(versions, afterVersion) : Infinity;
    versions.forEach((version, i) => {
      if (version.seq < from && !(currentOnly && (i > 0 || version.deleteMarker))) items.push(summaryOf(key, version, i === 0));
    });
  }
  return page<ObjectSummary, ObjectListEntry>(
    items,
    query,
    (object) => ({ kind: 'object', object }),
    (common) => ({ kind: 'prefix', prefix: common }),
  );
}

/** Versions below this number lie behind the marker. A null version that is gone restarts the key. */
function versionLimit(versions: readonly StoredVersion[], versionId: string): number {
  if (versionId === 'null') return versions.find((version) => version.versionId === 'null')?.seq ?? Infinity;
  const decoded = decodeVersionId(versionId);
  if (!decoded) throw new StoreError('invalid-argument', 'The version marker is no version id');
  return decoded.seq;
}

export function listUploads(
  uploads: Iterable<StoredUpload>,
  query: { prefix: string; delimiter?: string; after?: { key: string; uploadId?: string }; limit: number },
): { entries: readonly UploadListEntry[]; truncated: boolean } {
  const sorted = [...uploads].map(({ record }) => record).filter(({ key }) => key.startsWith(query.prefix));
  sorted.sort(compareUploads);
  const { after } = query;
  const marker = after?.uploadId === undefined ? undefined : sorted.find(({ uploadId }) => uploadId === after.uploadId);
  const items = sorted.filter((record) => {
    if (!after) return true;
    if (after.uploadId !== undefined && record.key === after.key) return !marker || compareUploads(record, marker) > 0;
    return isBehind(record.key, after.key, query);
  });
  return page<UploadRecord, UploadListEntry>(
    items,
    query,
    (upload) => ({ kind: 'upload', upload }),
    (prefix) => ({ kind: 'prefix', prefix }),
  );
}

function compareUploads(a: UploadRecord, b: UploadRecord): number {
  return compareBytes(a.key, b.key) || a.initiatedAt - b.initiatedAt || compareBytes(a.uploadId, b.uploadId);
}
