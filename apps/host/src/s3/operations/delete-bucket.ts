import { deleteBucket as removeBucket } from '@zas/object-store';
import type { S3Operation } from '../s3-call.js';

export const deleteBucket: S3Operation = async (call) => {
  await removeBucket(call.store, call.context, call.bucket);
  return { status: 204, headers: {} };
};
