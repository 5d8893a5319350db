import { compareKeys } from './keys.js';
import { pageOf, type Page, type PageQuery } from './model-listing.js';
import { md5, S3Failure, type Description, type Window } from './model-terms.js';
import { ModelUploads } from './model-uploads.js';

export interface ModelPart {
  readonly number: number;
  readonly start: number;
  readonly size: number;
}

export interface ModelObject extends Description {
  readonly key: string;
  readonly content: Buffer;
  /** Without quotes. */
  readonly etag: string;
  /** Only of objects made by Complete. */
  readonly parts?: readonly ModelPart[];
  readonly written: Window;
}

/** Conditions of a write, etags without quotes. */
export interface WriteCondition {
  readonly ifNoneMatch?: '*';
  readonly ifMatch?: string;
}

export interface ModelBucket {
  readonly name: string;
  readonly created: Window;
  readonly objects: Map<string, ModelObject>;
  readonly uploads: ModelUploads;
}

/**
 * What S3 is, for unversioned buckets of one owner: buckets by name, in each a map
 * of objects read in byte order of the keys, and multipart uploads. A method does
 * what the request of its name does and throws `S3Failure` where S3 answers an
 * error; nothing is changed then. Governing source: the Amazon S3 API Reference.
 */
export class Model {
  readonly buckets = new Map<string, ModelBucket>();

  /** Making one's own bucket again changes nothing, as in AWS's first region. */
  createBucket(name: string, created: Window): void {
    if (this.buckets.has(name)) return;
    this.buckets.set(name, { name, created, objects: new Map(), uploads: new ModelUploads() });
  }

  /** Open uploads go with it. */
  deleteBucket(name: string): void {
    if (this.bucket(name).objects.size > 0) throw new S3Failure(409, 'BucketNotEmpty');
    this.buckets.delete(name);
  }

  bucket(name: string): ModelBucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new S3Failure(404, 'NoSuchBucket');
    return bucket;
  }

  /** Looks without failing. */
  find(bucket: string, key: string): ModelObject | undefined {
    return this.buckets.get(bucket)?.objects.get(key);
  }

  object(bucket: string, key: string): ModelObject {
    const found = this.bucket(bucket).objects.get(key);
    if (!found) throw new S3Failure(404, 'NoSuchKey');
    return found;
  }

  /** @throws S3Failure for a condition that does not hold */
  checkCondition(bucket: string, key: string, condition: WriteCondition): void {
    const current = this.bucket(bucket).objects.get(key);
    if (condition.ifMatch !== undefined && !current) throw new S3Failure(404, 'NoSuchKey');
    const failed = (condition.ifMatch !== undefined && condition.ifMatch !== current?.etag) || (condition.ifNoneMatch === '*' && current !== undefined);
    if (failed) throw new S3Failure(412, 'PreconditionFailed');
  }

  putObject(bucket: string, key: string, input: Description & { content: Buffer; written: Window }, condition: WriteCondition = {}): ModelObject {
    this.checkCondition(bucket, key, condition);
    const { content, written, headers, metadata } = input;
    return this.store(bucket, { key, content, written, headers, metadata, etag: md5(content) });
  }

  /** Absent is as good as deleted. */
  deleteObject(bucket: string, key: string): void {
    this.bucket(bucket).objects.delete(key);
  }

  /**
   * The etag stays the source's; the copy has no parts of its own.
   * @param replace the description of the copy; absent: the source's
   */
  copyObject(
    source: { bucket: string; key: string; ifMatch?: string; ifNoneMatch?: string },
    target: { bucket: string; key: string },
    input: { replace?: Description; written: Window },
    condition: WriteCondition = {},
  ): ModelObject {
    this.bucket(target.bucket);
    this.bucket(source.bucket);
    const itself = source.bucket === target.bucket && source.key === target.key;
    if (itself && !input.replace) throw new S3Failure(400, 'InvalidRequest');
    this.checkCondition(target.bucket, target.key, condition);
    const { content, etag, headers, metadata } = this.readableSource(source);
    const { written, replace } = input;
    return this.store(target.bucket, { key: target.key, content, etag, written, ...(replace ?? { headers, metadata }) });
  }

  /** The source of a copy whose conditions hold. */
  readableSource(source: { bucket: string; key: string; ifMatch?: string; ifNoneMatch?: string }): ModelObject {
    const found = this.object(source.bucket, source.key);
    const failed = (source.ifMatch !== undefined && source.ifMatch !== found.etag) || source.ifNoneMatch === found.etag;
    if (failed) throw new S3Failure(412, 'PreconditionFailed');
    return found;
  }

  completeUpload(
    bucket: string,
    input: { uploadId: string; key: string; parts: readonly { number: number; etag: string }[]; leastPart: number; written: Window },
    condition: WriteCondition = {},
  ): { etag: string } {
    const { uploads } = this.bucket(bucket);
    const { key, parts, written } = input;
    const repeated = uploads.repeatedAnswer(input.uploadId, key, parts);
    if (repeated) return repeated;
    const upload = uploads.find(input.uploadId, key);
    this.checkCondition(bucket, key, condition);
    const joined = uploads.join(upload, parts, input.leastPart);
    uploads.remember(upload, parts, joined.etag);
    const { headers, metadata } = upload;
    return this.store(bucket, { key, headers, metadata, written, ...joined });
  }

  /** All objects in byte order of their keys. */
  sorted(bucket: string): readonly ModelObject[] {
    return [...this.bucket(bucket).objects.values()].sort((a, b) => compareKeys(a.key, b.key));
  }

  listObjects(bucket: string, query: PageQuery): Page<ModelObject> {
    const { after } = query;
    return pageOf(this.sorted(bucket), query, ({ key }) => after === undefined || compareKeys(key, after) > 0);
  }

  private store(bucket: string, object: ModelObject): ModelObject {
    this.bucket(bucket).objects.set(object.key, object);
    return object;
  }
}
