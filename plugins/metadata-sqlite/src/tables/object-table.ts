import type { AttributeColumns } from '@zas/metadata-sql';
import type { WriteSession } from '../writer/write-session.js';
import type { BodyColumns } from './body-table.js';

/** What writing needs to know of a version that is there. */
export interface VersionRow extends BodyColumns {
  readonly seq: number;
  /** `null`: the null version. */
  readonly nonce: string | null;
  readonly size: number;
  readonly etag: string;
  readonly delete_marker: 0 | 1;
}

export interface NewVersion {
  readonly bucketId: number;
  readonly key: Uint8Array;
  readonly seq: number;
  readonly nonce: string | null;
  readonly size: number;
  readonly at: number;
  readonly attributes: AttributeColumns;
  readonly body: BodyColumns;
  readonly partCount: number | null;
}

const SHARED = `bucket_id, key, seq, nonce, size, modified_at, etag, owner, storage_class, checksum_algorithm, checksum_type,
  rest, inline_id, content_id, content_offset, body_id, part_count`;
const NEEDED = 'seq, nonce, size, etag, inline_id, content_id, content_offset, body_id';
const VALUES = '?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?';

const FIND_CURRENT = `select ${NEEDED}, 0 as delete_marker from object_current where bucket_id = ? and key = ?`;
const FIND_CURRENT_SEQ = `select ${NEEDED}, 0 as delete_marker from object_current where bucket_id = ? and key = ? and seq = ?`;
const FIND_OLDER_SEQ = `select ${NEEDED}, delete_marker from object_version where bucket_id = ? and key = ? and seq = ?`;
const FIND_OLDER_NULL = `select ${NEEDED}, delete_marker from object_version where bucket_id = ? and key = ? and nonce is null`;
const FIND_NEWEST_OLDER = `select seq, delete_marker from object_version where bucket_id = ? and key = ? order by seq desc limit 1`;
const PUT_CURRENT = `insert or replace into object_current (${SHARED}) values (${VALUES})`;
const ADD_MARKER = `insert into object_version (${SHARED}, delete_marker) values (${VALUES}, 1)`;
const DEMOTE = `insert into object_version (${SHARED}, delete_marker) select ${SHARED}, 0 from object_current where bucket_id = ? and key = ?`;
const PROMOTE = `insert into object_current (${SHARED}) select ${SHARED} from object_version where bucket_id = ? and key = ? and seq = ?`;
const DELETE_CURRENT = 'delete from object_current where bucket_id = ? and key = ?';
const DELETE_OLDER = 'delete from object_version where bucket_id = ? and key = ? and seq = ?';

/** The visible current object: no row while a delete marker is the latest. */
export function findCurrent(session: WriteSession, bucketId: number, key: Uint8Array): VersionRow | undefined {
  return session.read(FIND_CURRENT).get(bucketId, key) as VersionRow | undefined;
}

/** A version by its number, with whether it is the visible current one. */
export function findBySeq(session: WriteSession, bucketId: number, key: Uint8Array, seq: number): FoundVersion | undefined {
  return found(
    session.read(FIND_CURRENT_SEQ).get(bucketId, key, seq) as VersionRow | undefined,
    () => session.read(FIND_OLDER_SEQ).get(bucketId, key, seq) as VersionRow | undefined,
  );
}

export interface FoundVersion {
  readonly row: VersionRow;
  readonly isCurrent: boolean;
}

export function findNullVersion(session: WriteSession, bucketId: number, key: Uint8Array): FoundVersion | undefined {
  const current = findCurrent(session, bucketId, key);
  return found(
    current?.nonce === null ? current : undefined,
    () => session.read(FIND_OLDER_NULL).get(bucketId, key) as VersionRow | undefined,
  );
}

function found(current: VersionRow | undefined, older: () => VersionRow | undefined): FoundVersion | undefined {
  if (current) return { row: current, isCurrent: true };
  const row = older();
  return row && { row, isCurrent: false };
}

/** Body and size of an object version (no marker), wherever it is. */
export function findVersionBody(session: WriteSession, bucketId: number, key: Uint8Array, seq: number): VersionRow | undefined {
  const row = findBySeq(session, bucketId, key, seq)?.row;
  return row?.delete_marker === 0 ? row : undefined;
}

/** Replaces the row of the visible current object, if there is one. */
export function putCurrent(session: WriteSession, version: NewVersion): void {
  session.write(PUT_CURRENT).run(...valuesOf(version));
}

export function addMarker(session: WriteSession, version: NewVersion): void {
  session.write(ADD_MARKER).run(...valuesOf(version));
}

/** Copies the visible current object among the older versions; the caller replaces or deletes the original. */
export function demoteCurrent(session: WriteSession, bucketId: number, key: Uint8Array): void {
  session.write(DEMOTE).run(bucketId, key);
}

export function deleteCurrent(session: WriteSession, bucketId: number, key: Uint8Array): void {
  session.write(DELETE_CURRENT).run(bucketId, key);
}

export function deleteOlder(session: WriteSession, bucketId: number, key: Uint8Array, seq: number): void {
  session.write(DELETE_OLDER).run(bucketId, key, seq);
}

/** When nothing is current and the newest older version is an object, makes that one current. */
export function promoteNewest(session: WriteSession, bucketId: number, key: Uint8Array): void {
  const newest = session.read(FIND_NEWEST_OLDER).get(bucketId, key) as { seq: number; delete_marker: number } | undefined;
  if (!newest || newest.delete_marker === 1) return;
  session.write(PROMOTE).run(bucketId, key, newest.seq);
  deleteOlder(session, bucketId, key, newest.seq);
}

function valuesOf({ bucketId, key, seq, nonce, size, at, attributes, body, partCount }: NewVersion): unknown[] {
  const { etag, owner, storageClass, checksumAlgorithm, checksumType, rest } = attributes;
  return [
    bucketId,
    key,
    seq,
    nonce,
    size,
    at,
    etag,
    owner,
    storageClass,
    checksumAlgorithm,
    checksumType,
    rest,
    body.inline_id,
    body.content_id,
    body.content_offset,
    body.body_id,
    partCount,
  ];
}
