import { configureBucket } from '@zas/object-store';
import type { S3Operation } from '../s3-call.js';

export const deleteBucketCors: S3Operation = async (call) => {
  await configureBucket(call.store, call.context, call.bucket, () => ({ settings: { cors: null } }));
  return { status: 204, headers: {} };
};
