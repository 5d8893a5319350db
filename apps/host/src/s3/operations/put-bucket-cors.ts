import { configureBucket } from '@zas/object-store';
import { parseCorsConfiguration } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putBucketCors: S3Operation = async (call) => {
  const cors = await readXml(call, parseCorsConfiguration);
  await configureBucket(call.store, call.context, call.bucket, () => ({ settings: { cors } }));
  return { status: 200, headers: {} };
};
