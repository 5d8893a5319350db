import { aclsCount, factsOf, may, must } from './model-access.js';
import { aclOf, defaultAcl, isPublicAcl, type AclRequest } from './model-acl.js';
import type { ModelVersion } from './model-bucket.js';
import { checkChange, checkInFuture, isRemovable } from './model-locks.js';
import { checkCondition, mayRead, required, type WriteCondition } from './model-objects.js';
import type { Model } from './model.js';
import { denied, S3Failure, type Asked, type Retention, type Tags } from './model-terms.js';

/** Where a request points: without a version id at the latest version. */
export interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

export interface Deleted {
  /** The marker that was added. */
  readonly marker?: ModelVersion;
  /** The version, or the marker, that was removed. */
  readonly removed?: ModelVersion;
}

/**
 * Without a version id: removes the object, or puts a delete marker on top where
 * the bucket has versions. With one: removes exactly that. Absent is as good as deleted.
 * @param given id of the new marker, where it has one
 */
export function deleteObject(model: Model, { who, now }: Asked, place: Place, request: { condition: WriteCondition; bypass: boolean }, given = ''): Deleted {
  const { key, versionId } = place;
  const bucket = model.bucket(place.bucket);
  must(bucket, who, versionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion', key, factsOf(bucket.find(key, versionId)));
  const bypass = request.bypass && may(bucket, who, 'BypassGovernanceRetention', key, factsOf(bucket.find(key, versionId)));
  checkCondition(bucket, key, request.condition);
  if (versionId !== undefined || bucket.versioning === 'off') {
    const removed = bucket.find(key, versionId);
    if (!removed) return {};
    if (!isRemovable(removed, now, bypass)) throw denied();
    bucket.remove(removed);
    return { removed };
  }
  const id = bucket.versioning === 'enabled' ? given : 'null';
  const nothing = { content: Buffer.alloc(0), etag: '', headers: {}, metadata: {}, tags: {}, acl: defaultAcl(bucket.owner) };
  return { marker: bucket.add({ ...nothing, key, versionId: id, marker: true, modified: now, owner: bucket.owner }) };
}

/** @param tags absent: they are taken away */
export function setTags(model: Model, { who }: Asked, { bucket: name, key, versionId }: Place, tags?: Tags): ModelVersion {
  const bucket = model.bucket(name);
  const verb = tags ? 'Put' : 'Delete';
  must(bucket, who, `${verb}Object${versionId === undefined ? '' : 'Version'}Tagging`, key, factsOf(bucket.find(key, versionId)));
  return Object.assign(required(bucket, key, versionId), { tags: tags ?? {} });
}

/** @param retention absent: it is taken away */
export function setRetention(model: Model, { who, now }: Asked, { bucket: name, key, versionId }: Place, retention: Retention | undefined, bypass: boolean): ModelVersion {
  const bucket = model.bucket(name);
  const there = factsOf(bucket.find(key, versionId));
  must(bucket, who, 'PutObjectRetention', key, there);
  if (!bucket.lockable) throw new S3Failure(400, 'InvalidRequest');
  if (retention) checkInFuture(retention, now);
  const found = required(bucket, key, versionId);
  checkChange(found.retention, retention, now, bypass && may(bucket, who, 'BypassGovernanceRetention', key, there));
  return Object.assign(found, { retention });
}

export function setLegalHold(model: Model, { who }: Asked, { bucket: name, key, versionId }: Place, legalHold: boolean): ModelVersion {
  const bucket = model.bucket(name);
  must(bucket, who, 'PutObjectLegalHold', key, factsOf(bucket.find(key, versionId)));
  if (!bucket.lockable) throw new S3Failure(400, 'InvalidRequest');
  return Object.assign(required(bucket, key, versionId), { legalHold });
}

/** The version whose locks somebody asks to see. */
export function lockedVersion(model: Model, { who }: Asked, { bucket: name, key, versionId }: Place, action: string): ModelVersion {
  const bucket = model.bucket(name);
  mayRead(bucket, who, key, versionId, action);
  if (!bucket.lockable) throw new S3Failure(400, 'InvalidRequest');
  return required(bucket, key, versionId);
}

export function setObjectAcl(model: Model, { who }: Asked, { bucket: name, key, versionId }: Place, wanted: AclRequest): ModelVersion {
  const bucket = model.bucket(name);
  must(bucket, who, versionId === undefined ? 'PutObjectAcl' : 'PutObjectVersionAcl', key, factsOf(bucket.find(key, versionId)));
  const found = required(bucket, key, versionId);
  if (!aclsCount(bucket)) {
    // Its owner may ask for what is so anyway, which changes nothing.
    const isSo = who === bucket.owner && aclOf(wanted, who, who, 'object').every(({ to, permission }) => to === who && permission === 'FULL_CONTROL');
    if (!isSo) throw new S3Failure(400, 'AccessControlListNotSupported');
    return found;
  }
  const acl = aclOf(wanted, found.owner, bucket.owner, 'object');
  if (bucket.block?.blockPublicAcls && isPublicAcl(acl)) throw denied();
  return Object.assign(found, { acl });
}
