import { configureBucket } from '@zas/object-store';
import { parseTagging } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putBucketTagging: S3Operation = async (call) => {
  const tags = await readXml(call, (bytes, limits) => parseTagging(bytes, 'bucket', limits));
  await call.authorize('s3:PutBucketTagging', { bucket: call.bucket }, { tags });
  await configureBucket(call.store, call.context, call.bucket, () => ({ settings: { tags } }));
  return { status: 204, headers: {} };
};
