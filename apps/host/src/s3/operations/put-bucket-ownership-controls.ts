import type { Acl, BucketRecord } from '@zas/plugin-api';
import { configureBucket } from '@zas/object-store';
import { parseOwnershipControls, s3Error } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putBucketOwnershipControls: S3Operation = async (call) => {
  const objectOwnership = await readXml(call, parseOwnershipControls);
  await configureBucket(call.store, call.context, call.bucket, (bucket) => {
    if (objectOwnership === 'BucketOwnerEnforced' && grantsToOthers(bucket, bucket.settings.acl)) {
      throw s3Error('InvalidBucketAclWithObjectOwnership');
    }
    return { settings: { objectOwnership } };
  });
  return { status: 200, headers: {} };
};

/** ACLs are switched off only once the bucket's own gives nothing to anybody but its owner. */
function grantsToOthers({ owner }: BucketRecord, acl: Acl = []): boolean {
  return acl.some(({ grantee }) => grantee.kind === 'group' || grantee.account !== owner);
}
