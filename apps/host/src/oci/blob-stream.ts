import type { OpenBody } from '@zas/content-store';
import { readBody } from '@zas/content-store';
import type { Answer } from '../http/answer.js';
import type { OciCall } from './oci-call.js';

/** An open body as an answer: small ones at once, others as they are read. */
export function streamOf(call: OciCall, body: OpenBody): Answer['body'] {
  const [only] = body.stretches;
  if (only === undefined) return new Uint8Array(0);
  if (body.stretches.length === 1 && 'bytes' in only.from) return only.from.bytes;
  return { length: body.length, write: (sink) => readBody(call.registry.content, call.context, body, sink) };
}
