import type { IncomingMessage } from 'node:http';
import { bucketFromHost, splitUrl } from '@zas/s3-protocol';
import { RESERVED_NAMES, firstSegment } from './reserved-names.js';

/** Where the router finds the S3 door. No client can address it: every request is classified by what was sent. */
export const S3_PATH = '/_s3';

const SENT = Symbol('target as sent');

/**
 * Gives the router a path that it can route: `S3_PATH` for everything that is S3's,
 * the decoded-by-nobody path otherwise. What was sent is kept for the door.
 */
export function classifyRequest(request: IncomingMessage, baseDomains: readonly string[]): string {
  const url = request.url ?? '/';
  (request as { [SENT]?: string })[SENT] = url;
  const { rawPath, rawQuery } = splitUrl(url);
  const reserved = RESERVED_NAMES.has(firstSegment(rawPath)) && bucketFromHost(request.headers.host, baseDomains) === undefined;
  if (!reserved) return S3_PATH;
  return rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`;
}

/** The request target as the client sent it. */
export function sentUrl(request: IncomingMessage): string {
  return (request as { [SENT]?: string })[SENT] ?? request.url ?? '/';
}
