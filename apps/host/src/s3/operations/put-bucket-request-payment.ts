import { configureBucket } from '@zas/object-store';
import { parseRequestPayment } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putBucketRequestPayment: S3Operation = async (call) => {
  const requestPayer = await readXml(call, parseRequestPayment);
  await configureBucket(call.store, call.context, call.bucket, () => ({ settings: { requestPayer } }));
  return { status: 200, headers: {} };
};
