import { putObject as storeObject } from '@zas/object-store';
import { readWritePrecondition, writeChecksumHeaders } from '@zas/s3-protocol';
import { describeObject } from '../object-description.js';
import { versionHeaders } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';

export const putObject: S3Operation = async (call) => {
  const { etag, checksum, ...version } = await storeObject(call.store, call.context, {
    ...describeObject(call),
    bucket: call.bucket,
    key: call.key,
    precondition: readWritePrecondition(call.headers),
    source: call.body.open(),
  });
  const headers: Record<string, string> = { etag: `"${etag}"`, ...versionHeaders(version) };
  writeChecksumHeaders({ ...checksum, type: 'FULL_OBJECT' }, headers);
  return { status: 200, headers };
};
