import { lockOfNew, type AttributeColumns } from '@zas/metadata-sql';
import { encodeVersionId, type WrittenVersion } from '@zas/plugin-api';
import { releaseBody, type BodyColumns } from '../tables/body-table.js';
import type { BucketRow } from '../tables/bucket-table.js';
import {
  deleteCurrent,
  deleteOlder,
  demoteCurrent,
  findNullVersion,
  putCurrent,
  type FoundVersion,
  type VersionRow,
} from '../tables/object-table.js';
import type { WriteSession } from '../writer/write-session.js';

export interface ObjectToAdd {
  readonly bucket: BucketRow;
  readonly key: Uint8Array;
  readonly size: number;
  readonly at: number;
  readonly nonce: string;
  readonly attributes: AttributeColumns;
  readonly body: BodyColumns;
  readonly partCount: number | null;
  readonly cause: 'put' | 'copy' | 'complete';
}

/**
 * Puts a version on top of its key and appends the feed entry. The body is recorded already.
 * @param current the visible current object, as found in this commit
 */
export function addVersion(session: WriteSession, object: ObjectToAdd, current: VersionRow | undefined): WrittenVersion {
  const { bucket, key, size, at, body, partCount } = object;
  const attributes = { ...object.attributes, lock: lockOfNew(bucket, object.attributes.lock, at) };
  makeRoom(session, bucket, key, current, at);
  const seq = session.next();
  const nonce = bucket.versioning === 'enabled' ? object.nonce : null;
  putCurrent(session, { bucketId: bucket.id, key, seq, nonce, size, at, attributes, body, partCount });
  session.addUsage(bucket.id, 1, size);
  const versionId = shownVersionId(bucket, seq, nonce);
  session.appendFeed({
    kind: 'object-created',
    at,
    bucketId: bucket.id,
    bucket: bucket.name,
    key,
    versionId,
    size,
    etag: attributes.etag,
    cause: object.cause,
  });
  return { seq, versionId, modifiedAt: at };
}

/**
 * Clears the place of the current version for a newer one, which the caller adds:
 * what stays is moved among the older ones, what is replaced is removed.
 */
export function makeRoom(
  session: WriteSession,
  bucket: BucketRow,
  key: Uint8Array,
  current: VersionRow | undefined,
  at: number,
): void {
  if (bucket.versioning !== 'off' && current && (bucket.versioning === 'enabled' || current.nonce !== null)) {
    demoteCurrent(session, bucket.id, key);
  } else if (current) {
    dropBytes(session, bucket.id, current, at);
  }
  if (bucket.versioning === 'suspended' && current?.nonce !== null) {
    const older = findNullVersion(session, bucket.id, key);
    if (older) {
      dropBytes(session, bucket.id, older.row, at);
      deleteOlder(session, bucket.id, key, older.row.seq);
    }
  }
}

/** Removes exactly this version with its bytes. */
export function removeVersion(session: WriteSession, bucketId: number, key: Uint8Array, { row, isCurrent }: FoundVersion, at: number): void {
  dropBytes(session, bucketId, row, at);
  if (isCurrent) deleteCurrent(session, bucketId, key);
  else deleteOlder(session, bucketId, key, row.seq);
}

function dropBytes(session: WriteSession, bucketId: number, row: VersionRow, at: number): void {
  if (row.delete_marker === 1) return;
  releaseBody(session, row, at);
  session.addUsage(bucketId, -1, -row.size);
}

/** The version id as outcomes and the feed show it: none on a bucket that never had versions. */
export function shownVersionId(bucket: BucketRow, seq: number, nonce: string | null): string | undefined {
  if (bucket.versioning === 'off') return undefined;
  return nonce === null ? 'null' : encodeVersionId(seq, nonce);
}
