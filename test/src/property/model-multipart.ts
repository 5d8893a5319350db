import { factsOf, mayHandle, must } from './model-access.js';
import type { ModelBucket } from './model-bucket.js';
import { checkLockable } from './model-locks.js';
import { addVersion, checkCondition, describeNew, requiredSource, sourceBucket, type CopyFrom, type NewObject, type WriteCondition } from './model-objects.js';
import type { Model } from './model.js';
import { denied, S3Failure, type Asked } from './model-terms.js';
import type { ModelUpload, NamedPart, UploadedPart } from './model-uploads.js';

/** Where an upload is. */
export interface UploadPlace {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

export function beginUpload(model: Model, asked: Asked, { bucket: name, key, uploadId }: UploadPlace, object: NewObject): void {
  const bucket = writable(model, asked, name, key);
  if (asked.who === 'nobody') throw denied();
  const described = describeNew(bucket, asked, key, object);
  checkLockable(bucket, described);
  bucket.uploads.begin({ uploadId, key, described, initiator: asked.who, initiated: asked.now });
}

export function putPart(model: Model, asked: Asked, { bucket: name, key, uploadId }: UploadPlace, part: { number: number; content: Buffer }): UploadedPart {
  const { uploads } = writable(model, asked, name, key);
  if (part.number > 10_000) throw new S3Failure(400, 'InvalidArgument');
  return uploads.putPart(uploadId, key, { ...part, modified: asked.now });
}

export interface PartCopy {
  readonly number: number;
  readonly source: CopyFrom;
  /** First and last byte; absent: all. */
  readonly range?: { readonly first: number; readonly last: number };
}

export function copyPart(model: Model, asked: Asked, { bucket: name, key, uploadId }: UploadPlace, { number, source, range }: PartCopy): UploadedPart {
  const { uploads } = writable(model, asked, name, key);
  const from = sourceBucket(model, asked, source);
  uploads.find(uploadId, key);
  const whole = requiredSource(from, source).content;
  if (range && range.last >= whole.length) throw new S3Failure(400, 'InvalidArgument');
  const content = range ? whole.subarray(range.first, range.last + 1) : whole;
  return uploads.putPart(uploadId, key, { number, content, modified: asked.now });
}

export interface Completion {
  readonly parts: readonly NamedPart[];
  readonly leastPart: number;
  readonly condition: WriteCondition;
  readonly versionId?: string;
}

/** Who completes an upload need not have begun it: the object is as its beginning said. */
export function completeUpload(model: Model, asked: Asked, place: UploadPlace, completion: Completion): { etag: string; versionId: string; repeated: boolean } {
  const { key, uploadId } = place;
  const { parts, leastPart, condition } = completion;
  const bucket = writable(model, asked, place.bucket, key);
  const { uploads } = bucket;
  const before = uploads.repeatedAnswer(uploadId, key, parts);
  if (before) return { etag: before.etag, versionId: before.versionId, repeated: true };
  const upload = uploads.find(uploadId, key);
  checkCondition(bucket, key, condition);
  const joined = uploads.join(upload, parts, leastPart);
  const { etag, versionId } = addVersion(bucket, key, upload.described, joined, asked.now, completion.versionId);
  uploads.remember(upload, { parts, etag, versionId });
  return { etag, versionId, repeated: false };
}

/** The upload, for who may do that to it. */
export function handledUpload(model: Model, { who }: Asked, { bucket: name, key, uploadId }: UploadPlace, action: string): { bucket: ModelBucket; upload: ModelUpload } {
  const bucket = model.bucket(name);
  const found = bucket.uploads.peek(uploadId);
  const initiator = found?.key === key ? found.initiator : undefined;
  if (!mayHandle(bucket, who, action, key, initiator)) throw denied();
  return { bucket, upload: bucket.uploads.find(uploadId, key) };
}

export function abortUpload(model: Model, asked: Asked, place: UploadPlace): void {
  const { bucket, upload } = handledUpload(model, asked, place, 'AbortMultipartUpload');
  bucket.uploads.abort(upload.uploadId);
}

function writable(model: Model, { who }: Asked, name: string, key: string): ModelBucket {
  const bucket = model.bucket(name);
  must(bucket, who, 'PutObject', key, factsOf(bucket.find(key)));
  return bucket;
}
