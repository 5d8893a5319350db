import { renderCorsConfiguration, s3Error } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getBucketCors: S3Operation = async (call) => {
  const { cors } = call.bucket.settings;
  if (!cors) throw s3Error('NoSuchCORSConfiguration', { fields: { BucketName: call.bucket.name } });
  return xmlAnswer(renderCorsConfiguration(cors));
};
