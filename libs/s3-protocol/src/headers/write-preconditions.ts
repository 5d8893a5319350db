import type { IncomingHttpHeaders } from 'node:http';
import type { Precondition } from '@zas/plugin-api';
import { headerNotImplemented } from '../errors/s3-error.js';
import { unquoteEtag } from './etag.js';

/**
 * Conditions of PutObject, CopyObject and CompleteMultipartUpload: `If-None-Match` or
 * `If-Match` with one etag or `*` (RFC 9110, 13.1). AWS takes only `If-None-Match: *`
 * and `If-Match` with an etag, and answers `NotImplemented` to the others.
 * @returns `undefined` when there are none
 * @throws S3Error `NotImplemented`, naming the header, for every other condition, as AWS answers
 */
export function readWritePrecondition(headers: IncomingHttpHeaders): Precondition | undefined {
  refuseDates(headers);
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (match === undefined && noneMatch === undefined) return undefined;
  if (noneMatch !== undefined) {
    if (match !== undefined) {
      throw headerNotImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
    }
    return { ifNoneMatch: [readCondition('If-None-Match', noneMatch)] };
  }
  return { ifMatch: [readCondition('If-Match', match ?? '')] };
}

/**
 * Conditions of DeleteObject: `If-Match` with one etag or `*`.
 * @throws S3Error `NotImplemented` for every other condition
 */
export function readDeletePrecondition(headers: IncomingHttpHeaders): Precondition | undefined {
  refuseDates(headers);
  for (const name of ['x-amz-if-match-size', 'x-amz-if-match-last-modified-time']) {
    if (headers[name] !== undefined) throw headerNotImplemented(name);
  }
  if (headers['if-none-match'] !== undefined) throw headerNotImplemented('If-None-Match');
  const match = headers['if-match'];
  if (match === undefined) return undefined;
  return { ifMatch: [readCondition('If-Match', match)] };
}

function refuseDates(headers: IncomingHttpHeaders): void {
  if (headers['if-modified-since'] !== undefined) throw headerNotImplemented('If-Modified-Since');
  if (headers['if-unmodified-since'] !== undefined) throw headerNotImplemented('If-Unmodified-Since');
}

function readCondition(name: 'If-Match' | 'If-None-Match', text: string): string {
  if (text.trim() === '*') return '*';
  const etag = unquoteEtag(text);
  if (etag === '' || etag === '*' || etag.includes(',')) {
    throw headerNotImplemented(name, `We don't accept the provided value of ${name} header for this API`);
  }
  return etag;
}
