import { configureBucket } from '@zas/object-store';
import { s3Error } from '@zas/s3-protocol';
import { MAX_POLICY_BYTES, requireOwnersAccount } from '../bucket-policy.js';
import type { S3Operation } from '../s3-call.js';

export const putBucketPolicy: S3Operation = async (call) => {
  requireOwnersAccount(call);
  const policy = decode(await call.body.read(call.settings.limits.xmlBytes));
  const confirmed = String(call.headers['x-amz-confirm-remove-self-bucket-access'] ?? '').toLowerCase() === 'true';
  const report = await call.examinePolicy(policy, call.bucket);
  if (report.problem !== undefined) throw s3Error('MalformedPolicy', { message: report.problem });
  await configureBucket(call.store, call.context, call.bucket, async (bucket) => {
    if (report.public && bucket.settings.publicAccessBlock?.blockPublicPolicy) throw s3Error('AccessDenied');
    const after = { ...bucket, settings: { ...bucket.settings, policy } };
    if (!confirmed && !(await call.wouldBeAllowed('s3:PutBucketPolicy', after))) {
      throw s3Error('AccessDenied', { message: 'The policy would not let you change it any more; x-amz-confirm-remove-self-bucket-access allows that.' });
    }
    return { settings: { policy } };
  });
  return { status: 204, headers: {} };
};

function decode(bytes: Buffer): string {
  if (bytes.length === 0) throw s3Error('MissingRequestBodyError');
  if (bytes.length > MAX_POLICY_BYTES) {
    throw s3Error('MalformedPolicy', { message: `Policies must not be larger than ${MAX_POLICY_BYTES} bytes` });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw s3Error('MalformedPolicy', { message: 'Policies must be valid JSON and the first byte must be \'{\'', cause });
  }
}
