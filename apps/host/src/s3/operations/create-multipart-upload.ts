import { createUpload } from '@zas/object-store';
import { defaultChecksumType, readChecksumRequest, renderInitiateMultipartUpload, s3Error } from '@zas/s3-protocol';
import { describeObject } from '../object-description.js';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const createMultipartUpload: S3Operation = async (call) => {
  const { principal } = call.context;
  if (!principal) throw s3Error('AccessDenied', { message: 'Anonymous users cannot initiate multipart uploads.  Please authenticate.' });
  const requested = readChecksumRequest(call.headers);
  const checksum = requested && { algorithm: requested.algorithm, type: requested.type ?? defaultChecksumType(requested.algorithm) };
  const uploadId = await createUpload(call.store, call.context, {
    ...(await describeObject(call)),
    bucket: call.bucket,
    key: call.key,
    checksum,
    initiator: principal.id,
    initiatorAccount: principal.account.id,
  });
  const headers = { 'x-amz-checksum-algorithm': checksum?.algorithm, 'x-amz-checksum-type': checksum?.type };
  return xmlAnswer(renderInitiateMultipartUpload({ bucket: call.bucket.name, key: call.key, uploadId }), headers);
};
