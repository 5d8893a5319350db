import { findObject } from '@zas/object-store';
import { formatContentRange, readResponseOverrides } from '@zas/s3-protocol';
import { addChecksum, objectHeaders } from '../object-headers.js';
import { checkReadConditions } from '../read-conditions.js';
import type { S3Operation } from '../s3-call.js';
import { selectRange } from '../select-range.js';

export const headObject: S3Operation = async (call) => {
  const overrides = readResponseOverrides(call.target.query, call);
  const name = { bucket: call.bucket, key: call.key, versionId: call.versionId };
  const version = await findObject(call.store, call.context, name);
  await call.confirm(version);
  checkReadConditions(call, version);
  const { range, partial, checksum } = await selectRange(call, version);
  const headers: Record<string, string | number> = { ...(await objectHeaders(call, version)), ...overrides, 'content-length': range.length };
  if (partial) headers['content-range'] = formatContentRange(range, version.size);
  addChecksum(call, checksum, headers as Record<string, string>);
  if (call.target.query.has('partNumber') && version.partCount !== undefined) headers['x-amz-mp-parts-count'] = version.partCount;
  return { status: partial ? 206 : 200, headers };
};
