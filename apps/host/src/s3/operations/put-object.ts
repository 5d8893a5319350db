import { putObject as storeObject } from '@zas/object-store';
import type { ObjectDescription } from '@zas/object-store';
import { readChecksumRequest, readWritePrecondition, s3Error, writeChecksumHeaders } from '@zas/s3-protocol';
import { describeObject } from '../object-description.js';
import { newVersionHeaders } from '../object-headers.js';
import type { S3Call, S3Operation } from '../s3-call.js';

export const putObject: S3Operation = async (call) => {
  const described = await describeObject(call);
  checkIntegrity(call, described);
  const { etag, checksum, ...version } = await storeObject(call.store, call.context, {
    ...described,
    bucket: call.bucket,
    key: call.key,
    precondition: readWritePrecondition(call.headers),
    source: call.body.open(),
  });
  const headers: Record<string, string> = { ...newVersionHeaders(version), etag: `"${etag}"` };
  writeChecksumHeaders({ ...checksum, type: 'FULL_OBJECT' }, headers);
  return { status: 200, headers };
};

/** What is to be locked must not be locked garbled (PutObject, "Content-MD5"). */
function checkIntegrity(call: S3Call, { retention, legalHold }: ObjectDescription): void {
  if (!retention && legalHold === undefined) return;
  const stated = readChecksumRequest(call.headers);
  if (call.headers['content-md5'] !== undefined || stated?.value !== undefined || stated?.trailerName !== undefined) return;
  throw s3Error('InvalidRequest', {
    message: 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  });
}
