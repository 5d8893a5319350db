import { renderPublicAccessBlock, s3Error } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getPublicAccessBlock: S3Operation = async (call) => {
  const { publicAccessBlock } = call.bucket.settings;
  if (!publicAccessBlock) throw s3Error('NoSuchPublicAccessBlockConfiguration', { fields: { BucketName: call.bucket.name } });
  return xmlAnswer(renderPublicAccessBlock(publicAccessBlock));
};
