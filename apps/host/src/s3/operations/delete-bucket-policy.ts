import { configureBucket } from '@zas/object-store';
import { requireOwnersAccount } from '../bucket-policy.js';
import type { S3Operation } from '../s3-call.js';

export const deleteBucketPolicy: S3Operation = async (call) => {
  requireOwnersAccount(call);
  await configureBucket(call.store, call.context, call.bucket, () => ({ settings: { policy: null } }));
  return { status: 204, headers: {} };
};
