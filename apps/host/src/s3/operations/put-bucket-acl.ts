import { configureBucket } from '@zas/object-store';
import { parseAccessControlPolicy } from '@zas/s3-protocol';
import { checkNotBlocked, requestedAcl, requireAcls } from '../acl.js';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putBucketAcl: S3Operation = async (call) => {
  requireAcls(call.bucket);
  const document = call.exchange.hasBody ? await readXml(call, parseAccessControlPolicy) : undefined;
  const acl = await requestedAcl(call, call.bucket.owner, 'bucket', document);
  await configureBucket(call.store, call.context, call.bucket, (bucket) => {
    requireAcls(bucket);
    checkNotBlocked(bucket, acl);
    return { settings: { acl } };
  });
  return { status: 200, headers: {} };
};
