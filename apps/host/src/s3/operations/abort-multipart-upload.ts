import { abortUpload } from '@zas/object-store';
import type { S3Operation } from '../s3-call.js';
import { authorizeUpload, uploadName } from '../upload-name.js';

export const abortMultipartUpload: S3Operation = async (call) => {
  await authorizeUpload(call, 's3:AbortMultipartUpload');
  await abortUpload(call.store, call.context, uploadName(call));
  return { status: 204, headers: {} };
};
