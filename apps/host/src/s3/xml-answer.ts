import { wantsJson } from '@zas/s3-protocol';
import type { Answer } from '../http/answer.js';
import type { S3Call } from './s3-call.js';

export function xmlAnswer(body: string, headers: Answer['headers'] = {}): Answer {
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** A listing as XML or, when the client asked for it, as JSON. */
export function listAnswer<T>(call: S3Call, listing: T, renderXml: (listing: T) => string, renderJson: (listing: T) => string): Answer {
  if (!wantsJson(call.headers.accept)) return xmlAnswer(renderXml(listing));
  return { status: 200, headers: { 'content-type': 'application/json' }, body: renderJson(listing) };
}
