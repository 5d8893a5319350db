import type { IncomingMessage } from 'node:http';
import { bucketFromHost, splitUrl } from '@zas/s3-protocol';
import { RESERVED_NAMES, firstSegment } from './reserved-names.js';

/** Where the router finds the S3 door. No client can address it: every request is classified by what was sent. */
export const S3_PATH = '/_s3';

/** Likewise the OCI door, whose paths begin with `/v2`, which is too short for a bucket. */
export const OCI_PATH = '/_oci';

/** And AWS's Security Token Service, which is `POST /`. */
export const STS_PATH = '/_sts';

const SENT = Symbol('target as sent');

/**
 * Gives the router a path that it can route: `S3_PATH` for everything that is S3's,
 * `OCI_PATH` for what is the registry's, the decoded-by-nobody path otherwise. What was sent is kept for the door.
 */
export function classifyRequest(request: IncomingMessage, baseDomains: readonly string[]): string {
  const url = request.url ?? '/';
  (request as { [SENT]?: string })[SENT] = url;
  const { rawPath, rawQuery } = splitUrl(url);
  const first = firstSegment(rawPath);
  const taken = first === 'v2' || RESERVED_NAMES.has(first);
  if (request.method === 'POST' && rawPath === '/' && bucketFromHost(request.headers.host, baseDomains) === undefined) return STS_PATH;
  if (!taken || bucketFromHost(request.headers.host, baseDomains) !== undefined) return S3_PATH;
  if (first === 'v2') return OCI_PATH;
  return rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`;
}

/** The request target as the client sent it. */
export function sentUrl(request: IncomingMessage): string {
  return (request as { [SENT]?: string })[SENT] ?? request.url ?? '/';
}
