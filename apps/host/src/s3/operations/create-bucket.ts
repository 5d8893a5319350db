import { isStoreError } from '@zas/plugin-api';
import { createBucket as makeBucket } from '@zas/object-store';
import { checkUnsupportedHeaders, parseCreateBucketConfiguration, s3Error } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';

const CLASSIC_REGION = 'us-east-1';

export const createBucket: S3Operation = async (call) => {
  checkUnsupportedHeaders(call.headers, 'bucket');
  const { limits, region } = call.settings;
  const body = await call.body.read(limits.xmlBytes);
  const wanted = body.length > 0 ? parseCreateBucketConfiguration(body, { maxDepth: limits.xmlDepth }).locationConstraint : undefined;
  if (wanted !== undefined && wanted !== '' && wanted !== region) {
    throw s3Error('IllegalLocationConstraintException', {
      message: `The ${wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    });
  }
  const name = call.target.bucket!;
  try {
    await makeBucket(call.store, call.context, { name, owner: call.principal.account.id, region });
  } catch (error) {
    // In its oldest region AWS answers success to who makes his bucket again.
    const again = isStoreError(error) && error.details.reason === 'bucket-owned-by-you' && region === CLASSIC_REGION;
    if (!again) throw error;
  }
  return { status: 200, headers: { location: `/${name}` } };
};
