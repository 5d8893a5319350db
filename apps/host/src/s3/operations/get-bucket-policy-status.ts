import { isPublicAcl, renderPolicyStatus } from '@zas/s3-protocol';
import { aclsCount } from '@zas/object-store';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getBucketPolicyStatus: S3Operation = async (call) => {
  const { policy, acl } = call.bucket.settings;
  const byPolicy = policy !== undefined && (await call.examinePolicy(policy, call.bucket)).public;
  return xmlAnswer(renderPolicyStatus(byPolicy || (aclsCount(call.bucket) && isPublicAcl(acl))));
};
