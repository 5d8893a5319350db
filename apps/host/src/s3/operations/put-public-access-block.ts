import { configureBucket } from '@zas/object-store';
import { parsePublicAccessBlock } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putPublicAccessBlock: S3Operation = async (call) => {
  const publicAccessBlock = await readXml(call, parsePublicAccessBlock);
  await configureBucket(call.store, call.context, call.bucket, () => ({ settings: { publicAccessBlock } }));
  return { status: 200, headers: {} };
};
