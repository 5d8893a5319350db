import type { AttributeColumns, LockColumns } from '@zas/metadata-sql';
import type { WriteSession } from '../writer/write-session.js';
import type { BodyColumns } from './body-table.js';

/** What writing needs to know of a version that is there. */
export interface VersionRow extends BodyColumns {
  readonly seq: number;
  /** `null`: the null version. */
  readonly nonce: string | null;
  readonly size: number;
  readonly etag: string;
  readonly lock: LockColumns;
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
  rest, inline_id, content_id, content_offset, body_id, part_count, retain_mode, retain_until, legal_hold`;
const NEEDED = 'seq, nonce, size, etag, inline_id, content_id, content_offset, body_id, retain_mode, retain_until, legal_hold';
const VALUES = SHARED.replace(/[a-z_]+/g, '?');

const FIND_CURRENT = `select ${NEEDED}, 0 as delete_marker from object_current where bucket_id = ? and key = ?`;
const FIND_CURRENT_SEQ = `select ${NEEDED}, 0 as delete_marker from object_current where bucket_id = ? and key = ? and seq = ?`;
const FIND_OLDER_SEQ = `select ${NEEDED}, delete_marker from object_version where bucket_id = ? and key = ? and seq = ?`;
const FIND_OLDER_NULL = `select ${NEEDED}, delete_marker from object_version where bucket_id = ? and key = ? and nonce is null`;
const FIND_NEWEST_OLDER = `select ${NEEDED}, delete_marker from object_version where bucket_id = ? and key = ? order by seq desc limit 1`;
const PUT_CURRENT = `insert or replace into object_current (${SHARED}) values (${VALUES})`;
const ADD_MARKER = `insert into object_version (${SHARED}, delete_marker) values (${VALUES}, 1)`;
const DEMOTE = `insert into object_version (${SHARED}, delete_marker) select ${SHARED}, 0 from object_current where bucket_id = ? and key = ?`;
const PROMOTE = `insert into object_current (${SHARED}) select ${SHARED} from object_version where bucket_id = ? and key = ? and seq = ?`;
const RENAME = `insert or replace into object_current (${SHARED})
  select ${SHARED.replace('key, seq', '?, ?')} from object_current where bucket_id = ? and key = ?`;
const DELETE_CURRENT = 'delete from object_current where bucket_id = ? and key = ?';
const DELETE_OLDER = 'delete from object_version where bucket_id = ? and key = ? and seq = ?';

type SelectedRow = Omit<VersionRow, 'lock'> & {
  readonly retain_mode: LockColumns['retainMode'];
  readonly retain_until: number | null;
  readonly legal_hold: LockColumns['legalHold'];
};

function rowOf(selected: unknown): VersionRow | undefined {
  if (!selected) return undefined;
  const { retain_mode: retainMode, retain_until: retainUntil, legal_hold: legalHold, ...row } = selected as SelectedRow;
  return { ...row, lock: { retainMode, retainUntil, legalHold } };
}

/** The visible current object: no row while a delete marker is the latest. */
export function findCurrent(session: WriteSession, bucketId: number, key: Uint8Array): VersionRow | undefined {
  return rowOf(session.read(FIND_CURRENT).get(bucketId, key));
}

/** A version by its number, with whether it is the visible current one. */
export function findBySeq(session: WriteSession, bucketId: number, key: Uint8Array, seq: number): FoundVersion | undefined {
  return found(
    rowOf(session.read(FIND_CURRENT_SEQ).get(bucketId, key, seq)),
    () => rowOf(session.read(FIND_OLDER_SEQ).get(bucketId, key, seq)),
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
    () => rowOf(session.read(FIND_OLDER_NULL).get(bucketId, key)),
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

/** Copies the visible current object to another key, replacing what is visible there; the caller deletes the original. */
export function copyCurrent(session: WriteSession, bucketId: number, source: Uint8Array, target: Uint8Array, seq: number): void {
  session.write(RENAME).run(target, seq, bucketId, source);
}

const REPLACE_BODY = `update object_current set seq = ?, size = ?, modified_at = ?, etag = ?, checksum_algorithm = ?, checksum_type = ?, rest = ?,
  inline_id = null, content_id = null, content_offset = null, body_id = ?, part_count = null where bucket_id = ? and key = ?`;

/** Gives the visible current object a longer body, made of extents. */
export function replaceBody(
  session: WriteSession,
  version: Pick<NewVersion, 'bucketId' | 'key' | 'seq' | 'size' | 'at' | 'attributes'> & { readonly bodyId: number },
): void {
  const { bucketId, key, seq, size, at, attributes, bodyId } = version;
  const { etag, checksumAlgorithm, checksumType, rest } = attributes;
  session.write(REPLACE_BODY).run(seq, size, at, etag, checksumAlgorithm, checksumType, rest, bodyId, bucketId, key);
}

export function deleteCurrent(session: WriteSession, bucketId: number, key: Uint8Array): void {
  session.write(DELETE_CURRENT).run(bucketId, key);
}

export function deleteOlder(session: WriteSession, bucketId: number, key: Uint8Array, seq: number): void {
  session.write(DELETE_OLDER).run(bucketId, key, seq);
}

/** The newest among the older versions and markers; with nothing current it is the latest. */
export function findNewestOlder(session: WriteSession, bucketId: number, key: Uint8Array): VersionRow | undefined {
  return rowOf(session.read(FIND_NEWEST_OLDER).get(bucketId, key));
}

/** When nothing is current and the newest older version is an object, makes that one current. */
export function promoteNewest(session: WriteSession, bucketId: number, key: Uint8Array): void {
  const newest = findNewestOlder(session, bucketId, key);
  if (!newest || newest.delete_marker === 1) return;
  session.write(PROMOTE).run(bucketId, key, newest.seq);
  deleteOlder(session, bucketId, key, newest.seq);
}

function valuesOf({ bucketId, key, seq, nonce, size, at, attributes, body, partCount }: NewVersion): unknown[] {
  const { etag, owner, storageClass, checksumAlgorithm, checksumType, rest, lock } = attributes;
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
    lock.retainMode,
    lock.retainUntil,
    lock.legalHold,
  ];
}
