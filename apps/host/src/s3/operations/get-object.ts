import { readBody } from '@zas/content-store';
import { openObject } from '@zas/object-store';
import { formatContentRange, readResponseOverrides } from '@zas/s3-protocol';
import type { Answer } from '../../http/answer.js';
import { addChecksum, objectHeaders } from '../object-headers.js';
import { checkReadConditions } from '../read-conditions.js';
import type { S3Operation } from '../s3-call.js';
import type { Selection } from '../select-range.js';
import { selectRange } from '../select-range.js';

export const getObject: S3Operation = async (call) => {
  const overrides = readResponseOverrides(call.target.query, call);
  const name = { bucket: call.bucket, key: call.key, versionId: call.versionId };
  let selection!: Selection;
  const { version, range, body } = await openObject(call.store, call.context, name, async (found) => {
    await call.confirm(found);
    checkReadConditions(call, found);
    selection = await selectRange(call, found);
    return selection.range;
  });
  const headers: Record<string, string | number> = { ...(await objectHeaders(call, version)), ...overrides, 'content-length': range.length };
  if (selection.partial) headers['content-range'] = formatContentRange(range, version.size);
  addChecksum(call, selection.checksum, headers as Record<string, string>);
  if (call.target.query.has('partNumber') && version.partCount !== undefined) headers['x-amz-mp-parts-count'] = version.partCount;
  const [only] = body.stretches;
  const stored: Answer['body'] =
    body.stretches.length <= 1 && (only === undefined || 'bytes' in only.from)
      ? (only && 'bytes' in only.from ? only.from.bytes : new Uint8Array(0))
      : { length: range.length, write: (sink) => readBody(call.store.content, call.context, body, sink) };
  return { status: selection.partial ? 206 : 200, headers, body: stored };
};
