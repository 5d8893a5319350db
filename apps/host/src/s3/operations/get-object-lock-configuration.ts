import { renderObjectLockConfiguration, s3Error } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getObjectLockConfiguration: S3Operation = async (call) => {
  const { bucket } = call;
  if (!bucket.objectLock) throw s3Error('ObjectLockConfigurationNotFoundError', { fields: { BucketName: bucket.name } });
  return xmlAnswer(renderObjectLockConfiguration(bucket.settings.defaultRetention));
};
