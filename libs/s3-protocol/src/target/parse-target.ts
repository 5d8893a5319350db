import { percentDecode } from './percent.js';
import type { S3Query } from './query.js';
import { parseQuery } from './query.js';

/** What a request is about, before any of it is checked for being a good bucket name or key. */
export interface S3Target {
  readonly bucket?: string;
  /** Never empty. */
  readonly key?: string;
  readonly query: S3Query;
  readonly virtualHost: boolean;
  /** Path as sent, for the signature. */
  readonly rawPath: string;
  /** Query as sent, without `?`, for the signature. */
  readonly rawQuery: string;
}

/**
 * Reads a request's target in path style or virtual-host style. Keys are exact to
 * the byte: `+`, `//`, `.`, `..` and a trailing slash stay as they are.
 * @param request.host the `Host` header
 * @param request.rawUrl the request target as sent
 * @param request.baseDomains lower case, without port
 * @throws S3Error `InvalidURI` for bad percent-encoding and what is no UTF-8
 */
export function parseTarget(request: {
  readonly host: string | undefined;
  readonly rawUrl: string;
  readonly baseDomains: readonly string[];
}): S3Target {
  const { rawPath, rawQuery } = splitUrl(request.rawUrl);
  const query = parseQuery(rawQuery);
  const hostBucket = bucketFromHost(request.host, request.baseDomains);
  const path = percentDecode(rawPath.startsWith('/') ? rawPath.slice(1) : rawPath, false);
  if (hostBucket !== undefined) {
    return { bucket: hostBucket, key: path === '' ? undefined : path, query, virtualHost: true, rawPath, rawQuery };
  }
  const slash = path.indexOf('/');
  const bucket = slash < 0 ? path : path.slice(0, slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  return {
    // `//key` names an empty bucket, which the name check then refuses.
    bucket: bucket === '' && key === '' ? undefined : bucket,
    key: key === '' ? undefined : key,
    query,
    virtualHost: false,
    rawPath,
    rawQuery,
  };
}

/** Cuts a request target, also in absolute form, into path and query without decoding anything. */
export function splitUrl(rawUrl: string): { rawPath: string; rawQuery: string } {
  let start = 0;
  if (!rawUrl.startsWith('/')) {
    const scheme = rawUrl.indexOf('://');
    if (scheme > 0) {
      start = rawUrl.length;
      for (let i = scheme + 3; i < rawUrl.length; i++) {
        if (rawUrl[i] === '/' || rawUrl[i] === '?') {
          start = i;
          break;
        }
      }
    }
  }
  const question = rawUrl.indexOf('?', start);
  const path = question < 0 ? rawUrl.slice(start) : rawUrl.slice(start, question);
  return { rawPath: path === '' ? '/' : path, rawQuery: question < 0 ? '' : rawUrl.slice(question + 1) };
}

/**
 * The bucket that a virtual host names, in lower case; `undefined` when the host
 * is a base domain itself or none of ours. The longest matching base domain wins.
 */
export function bucketFromHost(host: string | undefined, baseDomains: readonly string[]): string | undefined {
  if (host === undefined || baseDomains.length === 0) return undefined;
  const name = hostName(host);
  let found: string | undefined;
  let matched = 0;
  for (const domain of baseDomains) {
    if (name === domain) return undefined;
    if (domain.length <= matched || name.length <= domain.length) continue;
    if (name.endsWith(domain) && name[name.length - domain.length - 1] === '.') {
      found = name.slice(0, name.length - domain.length - 1);
      matched = domain.length;
    }
  }
  return found;
}

function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  const withoutPort = colon >= 0 && host.indexOf(']', colon) < 0 ? host.slice(0, colon) : host;
  const lower = withoutPort.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}
