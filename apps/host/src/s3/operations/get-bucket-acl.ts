import { aclsCount } from '@zas/object-store';
import { renderAcl } from '../acl.js';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getBucketAcl: S3Operation = async (call) => {
  const { bucket } = call;
  return xmlAnswer(await renderAcl(call, bucket.owner, aclsCount(bucket) ? bucket.settings.acl : undefined));
};
