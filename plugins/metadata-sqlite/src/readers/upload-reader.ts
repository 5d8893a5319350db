import { BEYOND_ALL_KEYS, commonPrefix, prefixEnd, unpackAttributes, type LockColumns } from '@zas/metadata-sql';
import type {
  BucketId,
  CallContext,
  Checksum,
  ChecksumAlgorithm,
  ChecksumType,
  CompletedUpload,
  PartRecord,
  UploadLedger,
  UploadListEntry,
  UploadRecord,
} from '@zas/plugin-api';
import { startOf } from './list-objects.js';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const COLUMNS = `bucket_id, cast(key as text) as key, initiated_at, upload_id, owner, storage_class, rest,
  checksum_algorithm, checksum_type, initiator, initiator_account, retain_mode, retain_until, legal_hold`;
const FIND = `select ${COLUMNS} from upload where upload_id = ? and bucket_id = ? and key = ?`;
const RANGE = `select ${COLUMNS} from upload where bucket_id = ? and key >= ? and key < ?
  order by upload.key, initiated_at, upload_id limit ?`;
const INSIDE_KEY = `select ${COLUMNS} from upload where bucket_id = ? and key = ? and (initiated_at, upload_id) > (?, ?)
  order by initiated_at, upload_id limit ?`;
const OLDER = `select ${COLUMNS} from upload where initiated_at < ? order by initiated_at limit ?`;
const PARTS = `select number, seq, size, etag, modified_at as modifiedAt, checksum_algorithm, checksum
  from upload_part where upload_id = ? and number > ? order by number limit ?`;

interface Row {
  readonly bucket_id: number;
  readonly key: string;
  readonly initiated_at: number;
  readonly upload_id: string;
  readonly owner: string;
  readonly storage_class: string;
  readonly rest: string | null;
  readonly checksum_algorithm: ChecksumAlgorithm | null;
  readonly checksum_type: ChecksumType | null;
  readonly initiator: string;
  readonly initiator_account: string;
  readonly retain_mode: LockColumns['retainMode'];
  readonly retain_until: number | null;
  readonly legal_hold: LockColumns['legalHold'];
}

type UploadQuery = Parameters<UploadLedger['list']>[1];

export class UploadReader implements UploadLedger {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(
    context: CallContext,
    { bucketId, key, uploadId }: { bucketId: BucketId; key: string; uploadId: string },
  ): Promise<UploadRecord | undefined> {
    return this.#handle.run(context, () => this.#find(bucketId, key, uploadId));
  }

  #find(bucketId: BucketId, key: string, uploadId: string): UploadRecord | undefined {
    const row = this.#handle.statement(FIND).get(uploadId, bucketId, Buffer.from(key)) as Row | undefined;
    return row && recordOf(row);
  }

  list(context: CallContext, query: UploadQuery): Promise<{ entries: readonly UploadListEntry[]; truncated: boolean }> {
    return this.#handle.run(context, () => {
      checkLimit(query.limit, 0, MOST_ROWS);
      return this.#handle.snapshot(() => this.#list(query));
    });
  }

  #list(query: UploadQuery): { entries: readonly UploadListEntry[]; truncated: boolean } {
    const { bucketId, prefix, delimiter, after, limit } = query;
    const entries: UploadListEntry[] = [];
    let from: Buffer;
    if (after?.uploadId !== undefined && after.key.startsWith(prefix)) {
      // An upload that is gone tells no time: its key starts again.
      const marker = this.#find(bucketId, after.key, after.uploadId);
      const inside = [bucketId, Buffer.from(after.key), marker?.initiatedAt ?? 0, marker?.uploadId ?? '', limit + 1];
      const common = take(this.#handle.statement(INSIDE_KEY).iterate(...inside), query, entries);
      from = common === undefined ? startOf({ prefix, after: after.key }) : prefixEnd(common)!;
    } else {
      from = startOf({ prefix, delimiter, after: after?.key });
    }
    const end = prefixEnd(prefix) ?? BEYOND_ALL_KEYS;
    const statement = this.#handle.statement(RANGE);
    while (entries.length <= limit) {
      const common = take(statement.iterate(bucketId, from, end, limit + 1 - entries.length), query, entries);
      if (common === undefined) break;
      from = prefixEnd(common)!;
    }
    return { entries: entries.slice(0, limit), truncated: entries.length > limit };
  }

  parts(
    context: CallContext,
    uploadId: string,
    { after, limit }: { after: number; limit: number },
  ): Promise<readonly PartRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const rows = this.#handle.statement(PARTS).all(uploadId, after, limit) as (Omit<PartRecord, 'checksum'> & {
        checksum_algorithm: ChecksumAlgorithm | null;
        checksum: string | null;
      })[];
      return rows.map(({ checksum_algorithm: algorithm, checksum: value, ...part }) => ({
        ...part,
        checksum: algorithm !== null && value !== null ? { algorithm, value } : undefined,
      }));
    });
  }

  completed(context: CallContext, uploadId: string): Promise<CompletedUpload | undefined> {
    return this.#handle.run(context, () => {
      const row = this.#handle
        .statement(
          `select upload_id as uploadId, bucket_id as bucketId, cast(key as text) as key, completed_at as completedAt, etag,
             version_id as versionId, checksum, parts_digest as partsDigest from completed_upload where upload_id = ?`,
        )
        .get(uploadId) as (Omit<CompletedUpload, 'checksum'> & { checksum: string | null }) | undefined;
      return row && { ...row, checksum: row.checksum === null ? undefined : (JSON.parse(row.checksum) as Checksum) };
    });
  }

  olderThan(context: CallContext, before: number, limit: number): Promise<readonly UploadRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      return (this.#handle.statement(OLDER).all(before, limit) as Row[]).map(recordOf);
    });
  }
}

/** Appends uploads up to the first key that rolls up, which it appends as a prefix and returns. */
function take(rows: Iterable<unknown>, query: UploadQuery, entries: UploadListEntry[]): string | undefined {
  for (const row of rows as Iterable<Row>) {
    const common = commonPrefix(row.key, query);
    if (common !== undefined) {
      entries.push({ kind: 'prefix', prefix: common });
      return common;
    }
    entries.push({ kind: 'upload', upload: recordOf(row) });
  }
  return undefined;
}

function recordOf(row: Row): UploadRecord {
  const { owner, storage_class: storageClass, rest, checksum_algorithm: algorithm, checksum_type: type } = row;
  const lock = { retainMode: row.retain_mode, retainUntil: row.retain_until, legalHold: row.legal_hold };
  return {
    uploadId: row.upload_id,
    bucketId: row.bucket_id,
    key: row.key,
    initiatedAt: row.initiated_at,
    attributes: unpackAttributes({ etag: '', owner, storageClass, checksumAlgorithm: null, checksumType: null, lock, rest }),
    checksum: algorithm !== null && type !== null ? { algorithm, type } : undefined,
    initiator: row.initiator,
    initiatorAccount: row.initiator_account,
  };
}
