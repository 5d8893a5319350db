import { renderTagging, s3Error } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getBucketTagging: S3Operation = async (call) => {
  const { tags } = call.bucket.settings;
  if (!tags) throw s3Error('NoSuchTagSet', { fields: { BucketName: call.bucket.name } });
  return xmlAnswer(renderTagging(tags));
};
