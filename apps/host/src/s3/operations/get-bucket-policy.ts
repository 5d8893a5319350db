import { s3Error } from '@zas/s3-protocol';
import { requireOwnersAccount } from '../bucket-policy.js';
import type { S3Operation } from '../s3-call.js';

export const getBucketPolicy: S3Operation = async (call) => {
  requireOwnersAccount(call);
  const { policy } = call.bucket.settings;
  if (policy === undefined) throw s3Error('NoSuchBucketPolicy', { fields: { BucketName: call.bucket.name } });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
};
