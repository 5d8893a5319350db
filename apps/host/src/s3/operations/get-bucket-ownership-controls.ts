import { renderOwnershipControls, s3Error } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getBucketOwnershipControls: S3Operation = async (call) => {
  const { objectOwnership } = call.bucket.settings;
  if (objectOwnership === undefined) throw s3Error('OwnershipControlsNotFoundError', { fields: { BucketName: call.bucket.name } });
  return xmlAnswer(renderOwnershipControls(objectOwnership));
};
