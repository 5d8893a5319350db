import { uploadPart as storePart } from '@zas/object-store';
import { checkUnsupportedHeaders, checksumHeader } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { partNumber, uploadName } from '../upload-name.js';

export const uploadPart: S3Operation = async (call) => {
  checkUnsupportedHeaders(call.headers);
  const { etag, checksum } = await storePart(call.store, call.context, {
    ...uploadName(call),
    number: partNumber(call),
    source: call.body.open(),
  });
  return { status: 200, headers: { etag: `"${etag}"`, [checksumHeader(checksum.algorithm)]: checksum.value } };
};
