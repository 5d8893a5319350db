import { aclsCount, factsOf, may, must } from './model-access.js';
import { aclOf, defaultAcl, isPublicAcl, type AclRequest } from './model-acl.js';
import type { ModelBucket, ModelVersion } from './model-bucket.js';
import { checkInFuture, checkLockable, retentionOfNew, type LockRequest } from './model-locks.js';
import type { Model } from './model.js';
import { Absence, denied, md5, S3Failure, type Asked, type Description, type Tags } from './model-terms.js';

/** Conditions of a write or a delete upon the current version: etags without quotes, or `*`. */
export interface WriteCondition {
  readonly ifNoneMatch?: string;
  readonly ifMatch?: string;
}

/** What a writer asks for beside the bytes. */
export interface NewObject extends Description, LockRequest {
  readonly acl?: AclRequest;
  readonly tags?: Tags;
}

/** All that a version gets from its writer but bytes and name. */
export type Described = Pick<ModelVersion, 'headers' | 'metadata' | 'owner' | 'acl' | 'tags' | 'retention' | 'legalHold'>;

/** The version or, if that is not there or a delete marker, the failure which says so. */
export function required(bucket: ModelBucket, key: string, versionId?: string): ModelVersion {
  const found = bucket.find(key, versionId);
  const named = versionId !== undefined;
  if (!found) throw new Absence(404, named ? 'NoSuchVersion' : 'NoSuchKey', bucket.name, false);
  if (!found.marker) return found;
  throw named ? new Absence(405, 'MethodNotAllowed', bucket.name, true) : new Absence(404, 'NoSuchKey', bucket.name, true);
}

/**
 * The version that a read is about. Who may not read but may list the bucket is
 * told when nothing is there.
 * @param action and with `Version` in it for a named one
 */
export function readable(model: Model, { who }: Asked, name: string, key: string, versionId: string | undefined, action: string): ModelVersion {
  const bucket = model.bucket(name);
  mayRead(bucket, who, key, versionId, action);
  return required(bucket, key, versionId);
}

export function mayRead(bucket: ModelBucket, who: Asked['who'], key: string, versionId: string | undefined, action: string): void {
  if (may(bucket, who, action, key, factsOf(bucket.find(key, versionId)))) return;
  if (may(bucket, who, 'ListBucket')) required(bucket, key, versionId);
  throw denied();
}

export function checkCondition(bucket: ModelBucket, key: string, { ifMatch, ifNoneMatch }: WriteCondition): void {
  const etag = bucket.current(key)?.etag;
  if (ifMatch !== undefined && etag === undefined) throw new Absence(404, 'NoSuchKey', bucket.name, false);
  const failed = (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etag) || (etag !== undefined && (ifNoneMatch === '*' || ifNoneMatch === etag));
  if (failed) throw new S3Failure(412, 'PreconditionFailed');
}

/** Owner, ACL, tags and locks of an object to be, where its writer may ask for them. */
export function describeNew(bucket: ModelBucket, { who, now }: Asked, key: string, wanted: NewObject): Described {
  const { headers, metadata, acl: wantedAcl, tags = {}, retention, legalHold } = wanted;
  const handedOver = wantedAcl === 'bucket-owner-full-control';
  // Where ACLs are switched off, one that says what is so anyway may be asked for.
  const [grant] = Array.isArray(wantedAcl) ? wantedAcl : [];
  const isSoAnyway = handedOver || (wantedAcl === 'private' && who === bucket.owner) || (grant?.permission === 'FULL_CONTROL' && grant.to === bucket.owner);
  if (wantedAcl !== undefined && !aclsCount(bucket) && !isSoAnyway) throw new S3Failure(400, 'AccessControlListNotSupported');
  // Who stores an object gives it its first ACL as its owner.
  if (wantedAcl !== undefined && aclsCount(bucket) && who !== 'nobody') must(bucket, who, 'PutObjectAcl', key, { owner: who });
  const writers = bucket.ownership === 'ObjectWriter' || (bucket.ownership === 'BucketOwnerPreferred' && !handedOver);
  const owner = writers ? who : bucket.owner;
  const acl = wantedAcl !== undefined && aclsCount(bucket) ? aclOf(wantedAcl, owner, bucket.owner, 'object') : defaultAcl(owner);
  if (bucket.block?.blockPublicAcls && isPublicAcl(acl)) throw denied();
  const there = factsOf(bucket.find(key));
  if (wanted.tags) must(bucket, who, 'PutObjectTagging', key, there);
  if (retention) checkInFuture(retention, now);
  if (retention) must(bucket, who, 'PutObjectRetention', key, there);
  if (legalHold !== undefined) must(bucket, who, 'PutObjectLegalHold', key, there);
  return { headers, metadata, owner, acl, tags, retention, legalHold };
}

type NewBody = Pick<ModelVersion, 'content' | 'etag' | 'parts'>;

/** @param versionId that the server gave, where the bucket's versions have ids */
export function addVersion(bucket: ModelBucket, key: string, described: Described, body: NewBody, now: number, versionId = ''): ModelVersion {
  checkLockable(bucket, described);
  const retention = retentionOfNew(bucket, described.retention, now);
  const id = bucket.versioning === 'enabled' ? versionId : 'null';
  return bucket.add({ ...described, ...body, key, retention, versionId: id, marker: false, modified: now });
}

export interface PutInput {
  readonly content: Buffer;
  readonly object: NewObject;
  readonly condition: WriteCondition;
  /** What the body is refused with, once it came. */
  readonly refusal?: string;
  /** The lock is asked for without a digest of the body. */
  readonly unstated?: boolean;
  readonly versionId?: string;
}

export function putObject(model: Model, asked: Asked, name: string, key: string, input: PutInput): ModelVersion {
  const { content, object, condition, refusal, unstated, versionId } = input;
  const bucket = model.bucket(name);
  must(bucket, asked.who, 'PutObject', key, factsOf(bucket.find(key)));
  const described = describeNew(bucket, asked, key, object);
  if (unstated && (object.retention || object.legalHold !== undefined)) throw new S3Failure(400, 'InvalidRequest');
  checkCondition(bucket, key, condition);
  if (refusal !== undefined) throw new S3Failure(400, refusal);
  return addVersion(bucket, key, described, { content, etag: md5(content) }, asked.now, versionId);
}

/** Where a copy comes from; conditions with etags without quotes. */
export interface CopyFrom {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/** The source's bucket, for who may read it. */
export function sourceBucket(model: Model, { who }: Asked, source: CopyFrom): ModelBucket {
  const bucket = model.bucket(source.bucket);
  const { key, versionId } = source;
  must(bucket, who, versionId === undefined ? 'GetObject' : 'GetObjectVersion', key, factsOf(bucket.find(key, versionId)));
  return bucket;
}

/** The source of a copy whose conditions hold. A delete marker is none, by whatever name. */
export function requiredSource(bucket: ModelBucket, { key, versionId, ifMatch, ifNoneMatch }: CopyFrom): ModelVersion {
  if (versionId !== undefined && bucket.find(key, versionId)?.marker) throw new S3Failure(400, 'InvalidRequest');
  const found = required(bucket, key, versionId);
  if ((ifMatch !== undefined && ifMatch !== found.etag) || ifNoneMatch === found.etag) throw new S3Failure(412, 'PreconditionFailed');
  return found;
}

export interface CopyInput {
  readonly source: CopyFrom;
  readonly object: NewObject;
  /** Headers and metadata are the request's, not the source's. */
  readonly replace: boolean;
  /** Likewise the tags. */
  readonly retag: boolean;
  readonly condition: WriteCondition;
  readonly versionId?: string;
}

/** The etag stays the source's; the copy has no parts, ACL or locks of the source. */
export function copyObject(model: Model, asked: Asked, name: string, key: string, input: CopyInput): { copy: ModelVersion; source: ModelVersion } {
  const { object, replace, retag, condition, versionId } = input;
  const bucket = model.bucket(name);
  must(bucket, asked.who, 'PutObject', key, factsOf(bucket.find(key)));
  const from = sourceBucket(model, asked, input.source);
  const described = describeNew(bucket, asked, key, object);
  const itself = from === bucket && input.source.key === key && input.source.versionId === undefined;
  if (itself && !replace && !retag) throw new S3Failure(400, 'InvalidRequest');
  checkCondition(bucket, key, condition);
  const source = requiredSource(from, input.source);
  const { headers, metadata } = replace ? described : source;
  const tags = retag ? described.tags : source.tags;
  if (!retag && Object.keys(tags).length > 0) {
    must(from, asked.who, input.source.versionId === undefined ? 'GetObjectTagging' : 'GetObjectVersionTagging', source.key, source);
    must(bucket, asked.who, 'PutObjectTagging', key, factsOf(bucket.find(key)));
  }
  const { content, etag } = source;
  return { copy: addVersion(bucket, key, { ...described, headers, metadata, tags }, { content, etag }, asked.now, versionId), source };
}
