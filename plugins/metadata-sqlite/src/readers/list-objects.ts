import { BEYOND_ALL_KEYS, commonPrefix, coversKeys, prefixEnd } from '@zas/metadata-sql';
import type { ObjectListEntry, ObjectListPage, ObjectListQuery } from '@zas/plugin-api';
import type { ReadHandle } from './read-handle.js';
import { SUMMARY_COLUMNS, summaryOf, type SummaryRow } from './version-rows.js';

const RANGE = `select ${SUMMARY_COLUMNS}, 0 from object_current where bucket_id = ? and key >= ? and key < ? order by key limit ?`;

/** One page of visible current objects; call inside a snapshot. */
export function listObjects(handle: ReadHandle, query: ObjectListQuery): ObjectListPage {
  const { bucketId, prefix, limit } = query;
  const end = prefixEnd(prefix) ?? BEYOND_ALL_KEYS;
  const statement = handle.rawStatement(RANGE);
  const entries: ObjectListEntry[] = [];
  let from = startOf(query);
  while (entries.length <= limit) {
    const common = takeObjects(statement.iterate(bucketId, from, end, limit + 1 - entries.length), query, entries);
    if (common === undefined) break;
    entries.push({ kind: 'prefix', prefix: common });
    from = prefixEnd(common)!;
  }
  return { entries: entries.slice(0, limit), truncated: entries.length > limit };
}

/** Appends objects up to the first key that rolls up. @returns its common prefix; `undefined` at the end of the rows */
function takeObjects(rows: Iterable<unknown>, query: ObjectListQuery, entries: ObjectListEntry[]): string | undefined {
  for (const row of rows as Iterable<SummaryRow>) {
    const common = commonPrefix(row[0], query);
    if (common !== undefined) return common;
    entries.push({ kind: 'object', object: summaryOf(row, true) });
  }
  return undefined;
}

/** The smallest key that a listing may show. */
export function startOf({ prefix, delimiter, after }: { prefix: string; delimiter?: string; after?: string }): Buffer {
  const first = Buffer.from(prefix);
  if (after === undefined) return first;
  const behind = coversKeys(after, { prefix, delimiter }) ? prefixEnd(after)! : keyBehind(after);
  return Buffer.compare(first, behind) > 0 ? first : behind;
}

/** The smallest bytes greater than `key`. */
export function keyBehind(key: string): Buffer {
  return Buffer.concat([Buffer.from(key), Buffer.of(0)]);
}
