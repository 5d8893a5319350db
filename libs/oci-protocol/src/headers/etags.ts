/** Longest list of etags that is read, in characters, and most etags of it. */
const MAX_LENGTH = 8192;
const MAX_ETAGS = 100;

/** The strong `ETag` of content that a digest names. */
export function formatEtag(digest: string): string {
  return `"${digest}"`;
}

/** What an `If-Match` or `If-None-Match` header lists: digests without quotes, or `*`. */
export type EtagList = '*' | readonly string[];

/**
 * Reads an etag list. Registries accept digests without quotes too. What is too
 * long, or no etag of ours, lists nothing, so `If-Match` of it fails and
 * `If-None-Match` of it holds.
 * @param comparison `strong` leaves weak etags out, as `If-Match` demands (RFC 9110, 13.1.1)
 */
export function parseEtagList(value: string, comparison: 'strong' | 'weak'): EtagList {
  if (value.length > MAX_LENGTH) return [];
  const digests: string[] = [];
  for (const item of value.split(',', MAX_ETAGS)) {
    const etag = item.trim();
    if (etag === '*') return '*';
    const isWeak = etag.startsWith('W/');
    if (isWeak && comparison === 'strong') continue;
    const opaque = isWeak ? etag.slice(2) : etag;
    const quoted = opaque.length >= 2 && opaque.startsWith('"') && opaque.endsWith('"');
    const digest = quoted ? opaque.slice(1, -1) : opaque;
    if (digest !== '') digests.push(digest);
  }
  return digests;
}

/** What the headers of a request demand of the thing that it names. */
export interface Conditions {
  readonly ifMatch?: EtagList;
  readonly ifNoneMatch?: EtagList;
}

/** Reads `If-Match` and `If-None-Match`; the other conditional headers are not for what digests name. */
export function readConditions(headers: {
  readonly 'if-match'?: string;
  readonly 'if-none-match'?: string;
}): Conditions {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  return {
    ifMatch: match === undefined ? undefined : parseEtagList(match, 'strong'),
    ifNoneMatch: noneMatch === undefined ? undefined : parseEtagList(noneMatch, 'weak'),
  };
}

/**
 * Holds conditions against what is there (RFC 9110, 13.2.2).
 * @param digest of what the request names; `undefined` when there is nothing
 * @returns which one fails: for a read `If-None-Match` is 304, all else 412
 */
export function failedCondition(conditions: Conditions, digest: string | undefined): keyof Conditions | undefined {
  if (conditions.ifMatch !== undefined && !lists(conditions.ifMatch, digest)) return 'ifMatch';
  return conditions.ifNoneMatch !== undefined && lists(conditions.ifNoneMatch, digest) ? 'ifNoneMatch' : undefined;
}

function lists(list: EtagList, digest: string | undefined): boolean {
  return digest !== undefined && (list === '*' || list.includes(digest));
}

/**
 * True when an `If-Range` header names this content by a strong etag, or is absent,
 * so that a range may be sent (RFC 9110, 13.1.5). Dates never do: blobs have none.
 */
export function ifRangeHolds(value: string | undefined, digest: string): boolean {
  return value === undefined || value.trim() === formatEtag(digest);
}
