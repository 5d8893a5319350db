import { defaultAcl, grants, type Permission } from './model-acl.js';
import type { ModelBucket, ModelVersion } from './model-bucket.js';
import { isPublicPolicy, policySays } from './model-policy.js';
import { denied, type Account } from './model-terms.js';

/** What a decision may depend on: the object that is there, or that is to be. */
export type Facts = Partial<Pick<ModelVersion, 'acl' | 'tags'>> & Pick<ModelVersion, 'owner'>;

/** Permissions in ACLs are those of AWS's mapping (S3 User Guide, "Mapping of ACL permissions"). */
const BY_BUCKET_ACL: Readonly<Record<string, Permission>> = {
  ListBucket: 'READ',
  ListBucketVersions: 'READ',
  ListBucketMultipartUploads: 'READ',
  PutObject: 'WRITE',
  DeleteObject: 'WRITE',
  GetBucketAcl: 'READ_ACP',
  PutBucketAcl: 'WRITE_ACP',
};
const BY_OBJECT_ACL: Readonly<Record<string, Permission>> = {
  GetObject: 'READ',
  GetObjectVersion: 'READ',
  GetObjectAcl: 'READ_ACP',
  GetObjectVersionAcl: 'READ_ACP',
  PutObjectAcl: 'WRITE_ACP',
  PutObjectVersionAcl: 'WRITE_ACP',
};
/** No policy locks the owner of a bucket out of mending it. */
const MENDING = ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'];

export function aclsCount({ ownership = 'BucketOwnerEnforced' }: ModelBucket): boolean {
  return ownership !== 'BucketOwnerEnforced';
}

/** What a look at a version tells a decision; a delete marker tells nothing. */
export function factsOf(version: ModelVersion | undefined): Facts | undefined {
  return version?.marker ? undefined : version;
}

/**
 * Whether somebody may do something to a bucket or, with a key, to an object of it
 * (`api/access-evaluation.md`; both accounts ask as their roots, so their own side
 * always allows).
 * @param action without `s3:`
 * @param object absent: there is none
 */
export function may(bucket: ModelBucket, who: Account, action: string, key?: string, object?: Facts): boolean {
  const wish = { who, action, key, tags: object?.tags };
  const mends = who === bucket.owner && MENDING.includes(action);
  if (!mends && policySays('Deny', bucket.policy, wish)) return false;
  // Where ACLs count, reading an object and its ACL is up to who owns the object.
  const holder = aclsCount(bucket) && action in BY_OBJECT_ACL && object ? object.owner : bucket.owner;
  if (who === holder && who !== 'nobody') return true;
  if (holder === bucket.owner && policyCounts(bucket, who) && policySays('Allow', bucket.policy, wish)) return true;
  return aclsCount(bucket) && (bucketGrants(bucket, who, action, object) || objectGrants(bucket, who, action, object));
}

/** @throws S3Failure */
export function must(bucket: ModelBucket, who: Account, action: string, key?: string, object?: Facts): void {
  if (!may(bucket, who, action, key, object)) throw denied();
}

/** Who began a multipart upload may list its parts and abort it, unless that is denied. */
export function mayHandle(bucket: ModelBucket, who: Account, action: string, key: string, initiator: Account | undefined): boolean {
  const his = initiator === who && who !== 'nobody';
  return may(bucket, who, action, key) || (his && !policySays('Deny', bucket.policy, { who, action, key }));
}

function policyCounts({ policy, block, owner }: ModelBucket, who: Account): boolean {
  return who === owner || !(block?.restrictPublicBuckets && isPublicPolicy(policy));
}

/** Who may write by the bucket's ACL deletes only what is his own. */
function bucketGrants(bucket: ModelBucket, who: Account, action: string, object: Facts | undefined): boolean {
  const permission = BY_BUCKET_ACL[action];
  if (permission === undefined || bucket.acl === undefined) return false;
  if (action === 'DeleteObject' && object?.owner !== who) return false;
  return grants(bucket.acl, permission, who, bucket.block?.ignorePublicAcls === true);
}

function objectGrants({ block }: ModelBucket, who: Account, action: string, object: Facts | undefined): boolean {
  const permission = BY_OBJECT_ACL[action];
  if (permission === undefined || !object) return false;
  return grants(object.acl ?? defaultAcl(object.owner), permission, who, block?.ignorePublicAcls === true);
}
