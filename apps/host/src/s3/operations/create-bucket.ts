import type { Acl, BucketSettings, PublicAccessBlock } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import { aclsCount, configureBucket, createBucket as makeBucket, requireBucket } from '@zas/object-store';
import {
  checkUnsupportedHeaders,
  isPublicAcl,
  parseCreateBucketConfiguration,
  readAclHeaders,
  readBucketLockHeader,
  readObjectOwnershipHeader,
  s3Error,
} from '@zas/s3-protocol';
import { aclOf, checkNotBlocked } from '../acl.js';
import type { S3Call, S3Operation } from '../s3-call.js';

const CLASSIC_REGION = 'us-east-1';

/** What AWS gives to each new bucket. */
const BLOCKED: PublicAccessBlock = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true };

export const createBucket: S3Operation = async (call) => {
  checkUnsupportedHeaders(call.headers);
  const { limits, region } = call.settings;
  const body = await call.body.read(limits.xmlBytes);
  const { locationConstraint: wanted, tags } = parseCreateBucketConfiguration(body, { maxDepth: limits.xmlDepth });
  const objectLock = readBucketLockHeader(call.headers);
  await authorize(call, objectLock, { locationConstraint: wanted, tags });
  if (wanted !== undefined && wanted !== '' && wanted !== region) {
    throw s3Error('IllegalLocationConstraintException', {
      message: `The ${wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    });
  }
  const name = call.target.bucket!;
  const owner = call.principal.account.id;
  const settings = { ...(await accessSettings(call, owner)), ...(tags && Object.keys(tags).length > 0 ? { tags } : undefined) };
  try {
    await makeBucket(call.store, call.context, { name, owner, region, objectLock, settings });
  } catch (error) {
    // In its oldest region AWS answers success to who makes his bucket again.
    const again = isStoreError(error) && error.details.reason === 'bucket-owned-by-you' && region === CLASSIC_REGION;
    if (!again) throw error;
    await resetAcl(call, settings.acl ?? null);
  }
  return { status: 200, headers: { location: `/${name}` } };
};

/** AWS: making it again "resets the bucket access control lists (ACLs)". */
async function resetAcl(call: S3Call, acl: Acl | null): Promise<void> {
  const bucket = await requireBucket(call.store, call.context, call.target.bucket!);
  if (!aclsCount(bucket) || (acl === null && bucket.settings.acl === undefined)) return;
  await call.authorize('s3:PutBucketAcl', { bucket });
  await configureBucket(call.store, call.context, bucket, (present) => {
    checkNotBlocked(present, acl ?? undefined);
    return aclsCount(present) ? { settings: { acl } } : {};
  });
}

/** Each thing that is configured along needs its own permission, as if it were done afterwards. */
async function authorize(call: S3Call, objectLock: boolean, given: Parameters<S3Call['authorizeNew']>[1]): Promise<void> {
  await call.authorizeNew('s3:CreateBucket', given);
  if (readAclHeaders(call.headers)) await call.authorizeNew('s3:PutBucketAcl');
  if (call.headers['x-amz-object-ownership'] !== undefined) await call.authorizeNew('s3:PutBucketOwnershipControls');
  if (objectLock) {
    await call.authorizeNew('s3:PutBucketVersioning');
    await call.authorizeNew('s3:PutBucketObjectLockConfiguration');
  }
  if (given?.tags && Object.keys(given.tags).length > 0) await call.authorizeNew('s3:TagResource', given);
}

async function accessSettings(call: S3Call, owner: string): Promise<BucketSettings> {
  const { defaultObjectOwnership, defaultPublicAccessBlock } = call.settings;
  const objectOwnership = readObjectOwnershipHeader(call.headers) ?? defaultObjectOwnership;
  const publicAccessBlock = defaultPublicAccessBlock ? BLOCKED : undefined;
  const asked = readAclHeaders(call.headers);
  const isPrivate = asked === undefined || (asked.kind === 'canned' && asked.name === 'private');
  if (isPrivate) return { objectOwnership, publicAccessBlock };
  if (objectOwnership === 'BucketOwnerEnforced') throw s3Error('InvalidBucketAclWithObjectOwnership');
  const acl: Acl = await aclOf(call, asked, owner, owner, 'bucket');
  if (publicAccessBlock && isPublicAcl(acl)) throw s3Error('InvalidBucketAclWithBlockPublicAccessError');
  return { objectOwnership, publicAccessBlock, acl };
}
