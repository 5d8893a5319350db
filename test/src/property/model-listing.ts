/** What a page of a listing is asked for. `limit` as the client states it. */
export interface PageQuery {
  readonly prefix: string;
  readonly delimiter?: string;
  /** Start behind this key or common prefix. */
  readonly after?: string;
  readonly limit: number;
}

export type PageEntry<T> = { readonly kind: 'item'; readonly item: T } | { readonly kind: 'prefix'; readonly prefix: string };

export interface Page<T> {
  readonly entries: readonly PageEntry<T>[];
  readonly truncated: boolean;
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/**
 * One page over items in their order, made the plainest way: everything is
 * filtered, rolled up, and cut. A marker that is itself a common prefix of this
 * query hides all that it covers; any other hides just what is not behind it. A
 * page of no keys is not truncated, as AWS answers.
 * @param isBehind true for items behind `query.after`, by order alone
 * @param mayCover false when `query.after` is surely a key
 */
export function pageOf<T extends { readonly key: string }>(
  items: readonly T[],
  query: PageQuery,
  isBehind: (item: T) => boolean,
  mayCover = true,
): Page<T> {
  const { prefix, delimiter, after, limit } = query;
  const covers = mayCover && after !== undefined && after.startsWith(prefix) && commonPrefix(after, prefix, delimiter) === after;
  const entries: PageEntry<T>[] = [];
  const seen = new Set<string>();
  for (const item of items) {
    if (!item.key.startsWith(prefix) || !isBehind(item)) continue;
    if (covers && item.key.startsWith(after)) continue;
    const common = commonPrefix(item.key, prefix, delimiter);
    if (common === undefined) entries.push({ kind: 'item', item });
    else if (!seen.has(common)) entries.push({ kind: 'prefix', prefix: common });
    if (common !== undefined) seen.add(common);
  }
  return { entries: entries.slice(0, limit), truncated: limit > 0 && entries.length > limit };
}
