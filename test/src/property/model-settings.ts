import { aclsCount, must } from './model-access.js';
import { aclOf, isPublicAcl, type AclRequest } from './model-acl.js';
import type { ModelBucket, Ownership, PublicAccessBlock } from './model-bucket.js';
import { isPublicPolicy, type PolicyName } from './model-policy.js';
import type { Model } from './model.js';
import { denied, S3Failure, type Asked } from './model-terms.js';

/** Versioning can be suspended, not switched off; where versions may be locked not even that. */
export function setVersioning(model: Model, asked: Asked, name: string, versioning: 'enabled' | 'suspended'): void {
  const bucket = model.bucketFor(asked, 'PutBucketVersioning', name);
  if (bucket.lockable && versioning === 'suspended') throw new S3Failure(409, 'InvalidBucketState');
  bucket.versioning = versioning;
}

/** Also makes versions lockable where versioning is enabled. @param rule absent: there is no default any more */
export function setLockRule(model: Model, asked: Asked, name: string, rule: ModelBucket['defaultRetention']): void {
  const bucket = model.bucketFor(asked, 'PutBucketObjectLockConfiguration', name);
  if (bucket.versioning !== 'enabled') throw new S3Failure(409, 'InvalidBucketState');
  Object.assign(bucket, { lockable: true, defaultRetention: rule });
}

/** ACLs are switched off only once the bucket's own gives nothing to others. @param ownership absent: the rule is taken away */
export function setOwnership(model: Model, asked: Asked, name: string, ownership: Ownership | undefined): void {
  const bucket = model.bucketFor(asked, 'PutBucketOwnershipControls', name);
  const toOthers = (bucket.acl ?? []).some(({ to }) => to !== bucket.owner);
  if (ownership === 'BucketOwnerEnforced' && toOthers) throw new S3Failure(400, 'InvalidBucketAclWithObjectOwnership');
  bucket.ownership = ownership;
}

export function setBucketAcl(model: Model, asked: Asked, name: string, wanted: AclRequest): void {
  const bucket = model.bucketFor(asked, 'PutBucketAcl', name);
  if (!aclsCount(bucket)) throw new S3Failure(400, 'AccessControlListNotSupported');
  const acl = aclOf(wanted, bucket.owner, bucket.owner, 'bucket');
  if (bucket.block?.blockPublicAcls && isPublicAcl(acl)) throw denied();
  bucket.acl = acl;
}

export function setBlock(model: Model, asked: Asked, name: string, block: PublicAccessBlock | undefined): void {
  model.bucketFor(asked, 'PutBucketPublicAccessBlock', name).block = block;
}

/** A bucket's policy is its owner's account's affair, whatever was allowed to others. */
export function setPolicy(model: Model, asked: Asked, name: string, policy: PolicyName | undefined): void {
  const bucket = model.bucket(name);
  must(bucket, asked.who, policy === undefined ? 'DeleteBucketPolicy' : 'PutBucketPolicy');
  if (asked.who !== bucket.owner) throw new S3Failure(405, 'MethodNotAllowed');
  if (bucket.block?.blockPublicPolicy && isPublicPolicy(policy)) throw denied();
  bucket.policy = policy;
}
