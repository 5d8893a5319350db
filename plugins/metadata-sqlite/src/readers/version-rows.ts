import { crc32 } from 'node:zlib';
import { unpackAttributes, type LockColumns } from '@zas/metadata-sql';
import {
  encodeVersionId,
  type BodyLocation,
  type ChecksumAlgorithm,
  type ChecksumType,
  type ObjectSummary,
  type ObjectVersion,
} from '@zas/plugin-api';
import { corruptInline } from '../tables/body-table.js';

/** Columns that listings need, in the order of {@link SummaryRow}. The key leaves as text: decoding it here costs more. */
export const SUMMARY_COLUMNS =
  'cast(key as text), seq, nonce, size, modified_at, etag, owner, storage_class, checksum_algorithm, checksum_type';

export type SummaryRow = [
  key: string,
  seq: number,
  nonce: string | null,
  size: number,
  modifiedAt: number,
  etag: string,
  owner: string,
  storageClass: string,
  checksumAlgorithm: ChecksumAlgorithm | null,
  checksumType: ChecksumType | null,
  deleteMarker: 0 | 1,
];

export function summaryOf(row: SummaryRow, isLatest: boolean): ObjectSummary {
  return {
    key: row[0],
    seq: row[1],
    versionId: versionIdOf(row[1], row[2]),
    isLatest,
    deleteMarker: row[10] === 1,
    size: row[3],
    modifiedAt: row[4],
    etag: row[5],
    owner: row[6],
    storageClass: row[7],
    checksumAlgorithm: row[8] ?? undefined,
    checksumType: row[9] ?? undefined,
  };
}

/** Columns of one whole version, in the order of {@link VersionRow}; the bytes and their checksum follow. */
export const VERSION_COLUMNS = `seq, nonce, v.size, modified_at, etag, owner, storage_class, checksum_algorithm, checksum_type, rest,
  inline_id, content_id, content_offset, body_id, part_count, content.locator, content.size, retain_mode, retain_until, legal_hold`;

export type VersionRow = [
  seq: number,
  nonce: string | null,
  size: number,
  modifiedAt: number,
  etag: string,
  owner: string,
  storageClass: string,
  checksumAlgorithm: ChecksumAlgorithm | null,
  checksumType: ChecksumType | null,
  rest: string | null,
  inlineId: number | null,
  contentId: number | null,
  contentOffset: number | null,
  bodyId: number | null,
  partCount: number | null,
  locator: string | null,
  contentSize: number | null,
  retainMode: LockColumns['retainMode'],
  retainUntil: number | null,
  legalHold: LockColumns['legalHold'],
  bytes: Uint8Array | null,
  crc32: number | null,
  deleteMarker: 0 | 1,
];

export function versionOf(row: VersionRow, bucketId: number, key: string, isLatest: boolean): ObjectVersion {
  const attributes = unpackAttributes({
    etag: row[4],
    owner: row[5],
    storageClass: row[6],
    checksumAlgorithm: row[7],
    checksumType: row[8],
    lock: { retainMode: row[17], retainUntil: row[18], legalHold: row[19] },
    rest: row[9],
  });
  return {
    ...attributes,
    bucketId,
    key,
    seq: row[0],
    versionId: versionIdOf(row[0], row[1]),
    isLatest,
    deleteMarker: row[22] === 1,
    size: row[2],
    modifiedAt: row[3],
    body: bodyOf(row),
    partCount: row[14] ?? undefined,
  };
}

/** @throws `corrupt` when the bytes are not those that were written */
export function intactInline(bytes: Uint8Array, recorded: number): Uint8Array {
  if (crc32(bytes) !== recorded) throw corruptInline();
  return bytes;
}

function bodyOf(row: VersionRow): BodyLocation {
  if (row[10] !== null) return { kind: 'inline', inlineId: row[10], bytes: row[20] ? intactInline(row[20], row[21]!) : undefined };
  if (row[13] !== null) return { kind: 'extents', bodyId: row[13] };
  if (row[11] !== null) return { kind: 'content', contentId: row[11], locator: row[15]!, contentSize: row[16]!, offset: row[12]! };
  return { kind: 'empty' };
}

function versionIdOf(seq: number, nonce: string | null): string {
  return nonce === null ? 'null' : encodeVersionId(seq, nonce);
}
