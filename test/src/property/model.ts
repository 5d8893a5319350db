import { may, must } from './model-access.js';
import { aclOf, isPublicAcl, type AclRequest } from './model-acl.js';
import { ModelBucket, type ModelVersion, type Ownership } from './model-bucket.js';
import { aclsCount } from './model-access.js';
import { pageOf, type Page, type PageQuery } from './model-listing.js';
import { compareKeys } from './keys.js';
import { Absence, denied, S3Failure, type Account, type Asked } from './model-terms.js';

/** What a bucket is made with. */
export interface NewBucket {
  readonly lockable?: boolean;
  readonly ownership?: Ownership;
  readonly acl?: AclRequest;
}

/**
 * What S3 is, plainly: buckets by name, in each a stack of versions for every key,
 * and multipart uploads. This file has the buckets and what is found in them; what
 * requests do to buckets and objects is in the other `model-*.ts`. A request that S3
 * refuses throws `S3Failure` and has changed nothing. Governing source: the Amazon
 * S3 API Reference and User Guide; for who may do what `api/access-evaluation.md`.
 */
export class Model {
  readonly buckets = new Map<string, ModelBucket>();

  /** Making one's own bucket again changes nothing but its ACL, as in AWS's first region. */
  createBucket({ who, now }: Asked, name: string, { lockable = false, ownership, acl: wanted }: NewBucket): void {
    if (who === 'nobody') throw denied();
    const rule = ownership ?? 'BucketOwnerEnforced';
    const acl = wanted === undefined || wanted === 'private' ? undefined : aclOf(wanted, who, who, 'bucket');
    if (acl && rule === 'BucketOwnerEnforced') throw new S3Failure(400, 'InvalidBucketAclWithObjectOwnership');
    const there = this.buckets.get(name);
    if (there) return this.createAgain(there, who, acl);
    const made = new ModelBucket(name, who, now);
    this.buckets.set(name, Object.assign(made, { lockable, ownership: rule, acl, versioning: lockable ? 'enabled' : 'off' } as const));
  }

  private createAgain(bucket: ModelBucket, who: Account, acl: ModelBucket['acl']): void {
    if (bucket.owner !== who) throw new S3Failure(409, 'BucketAlreadyExists');
    if (!aclsCount(bucket) || (!acl && !bucket.acl)) return;
    must(bucket, who, 'PutBucketAcl');
    if (bucket.block?.blockPublicAcls && isPublicAcl(acl)) throw denied();
    bucket.acl = acl;
  }

  /** Delete markers keep a bucket, too. Open uploads go with it. */
  deleteBucket({ who }: Asked, name: string): void {
    const bucket = this.bucket(name);
    must(bucket, who, 'DeleteBucket');
    if (bucket.count > 0) throw new S3Failure(409, 'BucketNotEmpty');
    this.buckets.delete(name);
  }

  bucket(name: string): ModelBucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new S3Failure(404, 'NoSuchBucket');
    return bucket;
  }

  /** The bucket, for who may do that to it. */
  bucketFor({ who }: Asked, action: string, name: string): ModelBucket {
    const bucket = this.bucket(name);
    must(bucket, who, action);
    return bucket;
  }

  /** Looks without failing: what a read of the key sees. */
  current(bucket: string, key: string): ModelVersion | undefined {
    return this.buckets.get(bucket)?.current(key);
  }

  /** What is told to who meets nothing: only who may list the bucket may know that. */
  answerFor(who: Account, failure: S3Failure): S3Failure {
    if (!(failure instanceof Absence)) return failure;
    return may(this.bucket(failure.bucket), who, 'ListBucket') ? failure : denied();
  }

  listObjects(asked: Asked, bucket: string, query: PageQuery): Page<ModelVersion> {
    const { after } = query;
    return pageOf(this.bucketFor(asked, 'ListBucket', bucket).objects(), query, ({ key }) => after === undefined || compareKeys(key, after) > 0);
  }

  /** @param inside with it the page starts inside the key `query.after`, behind that version, which may be gone */
  listVersions(asked: Asked, name: string, query: PageQuery, inside?: string): Page<ModelVersion> {
    const bucket = this.bucketFor(asked, 'ListBucketVersions', name);
    const { after } = query;
    const isBehind = ({ key, versionId }: ModelVersion) => {
      const compared = after === undefined ? 1 : compareKeys(key, after);
      if (compared !== 0 || inside === undefined) return compared > 0;
      return bucket.placeOf(key, versionId) < bucket.placeOf(key, inside);
    };
    return pageOf(bucket.everything(), query, isBehind, inside === undefined);
  }
}
