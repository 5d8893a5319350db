import { BEYOND_ALL_KEYS, commonPrefix, prefixEnd } from '@zas/metadata-sql';
import { StoreError, decodeVersionId, type ObjectListEntry, type ObjectListPage, type VersionListQuery } from '@zas/plugin-api';
import { startOf } from './list-objects.js';
import type { ReadHandle } from './read-handle.js';
import { SUMMARY_COLUMNS, summaryOf, type SummaryRow } from './version-rows.js';

/** Both trees are read in order and merged row by row: nothing is sorted, the cost is the page. */
function merged(where: string): string {
  return `select ${SUMMARY_COLUMNS}, 0, key as k, seq as s from object_current where ${where}
    union all select ${SUMMARY_COLUMNS}, delete_marker, key, seq from object_version where ${where}
    order by k, s desc limit ?`;
}

const RANGE = merged('bucket_id = ? and key >= ? and key < ?');
const INSIDE_KEY = merged('bucket_id = ? and key = ? and seq < ?');
const ABOVE = merged('bucket_id = ? and key = ? and seq >= ?');
const NULL_SEQ = `select seq from object_current where bucket_id = ? and key = ? and nonce is null
  union all select seq from object_version where bucket_id = ? and key = ? and nonce is null`;

/** One page of all versions; call inside a snapshot. */
export function listVersions(handle: ReadHandle, query: VersionListQuery): ObjectListPage {
  const { bucketId, prefix, afterKey, afterVersion, limit } = query;
  const page = new VersionPage(query);
  let from: Buffer;
  if (afterKey !== undefined && afterVersion !== undefined && afterKey.startsWith(prefix)) {
    listRestOfKey(handle, bucketId, afterKey, afterVersion, page);
    const last = page.lastCommonPrefix;
    from = last === undefined ? startOf({ prefix, after: afterKey }) : prefixEnd(last)!;
  } else {
    from = startOf({ ...query, after: afterKey });
  }
  const end = prefixEnd(prefix) ?? BEYOND_ALL_KEYS;
  const statement = handle.rawStatement(RANGE);
  while (!page.full) {
    const wanted = limit + 1 - page.entries.length;
    const common = page.take(statement.iterate(bucketId, from, end, bucketId, from, end, wanted), undefined);
    if (common === undefined) break;
    from = prefixEnd(common)!;
  }
  return { entries: page.entries.slice(0, limit), truncated: page.full };
}

function listRestOfKey(handle: ReadHandle, bucketId: number, key: string, afterVersion: string, page: VersionPage): void {
  const bytes = Buffer.from(key);
  const below = versionNumber(handle, bucketId, bytes, afterVersion);
  const above = handle.rawStatement(ABOVE).get(bucketId, bytes, below, bucketId, bytes, below, 1);
  const wanted = page.query.limit + 1;
  page.take(
    handle.rawStatement(INSIDE_KEY).iterate(bucketId, bytes, below, bucketId, bytes, below, wanted),
    above === undefined ? undefined : key,
  );
}

/** The number that a version marker stands for. A null version that is gone tells none: its key starts again. */
function versionNumber(handle: ReadHandle, bucketId: number, key: Buffer, versionId: string): number {
  if (versionId === 'null') {
    const row = handle.rawStatement(NULL_SEQ).get(bucketId, key, bucketId, key) as [number] | undefined;
    return row?.[0] ?? Number.MAX_SAFE_INTEGER;
  }
  const decoded = decodeVersionId(versionId);
  if (!decoded) throw new StoreError('invalid-argument', 'The version marker is no version id');
  return decoded.seq;
}

class VersionPage {
  readonly entries: ObjectListEntry[] = [];
  lastCommonPrefix: string | undefined;

  constructor(readonly query: VersionListQuery) {}

  /** One more entry than wanted is there. */
  get full(): boolean {
    return this.entries.length > this.query.limit;
  }

  /**
   * Appends versions up to the first key that rolls up, which it appends as a prefix.
   * @param keyBefore key of a newer version that these rows follow
   * @returns that prefix; `undefined` at the end of the rows
   */
  take(rows: Iterable<unknown>, keyBefore: string | undefined): string | undefined {
    for (const row of rows as Iterable<SummaryRow>) {
      const common = commonPrefix(row[0], this.query);
      if (common !== undefined) {
        this.entries.push({ kind: 'prefix', prefix: common });
        this.lastCommonPrefix = common;
        return common;
      }
      this.entries.push({ kind: 'object', object: summaryOf(row, row[0] !== keyBefore) });
      keyBefore = row[0];
    }
    return undefined;
  }
}
