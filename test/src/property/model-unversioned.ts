import { factsOf, must } from './model-access.js';
import type { ModelBucket, ModelVersion } from './model-bucket.js';
import { addVersion, checkCondition, describeNew, required, type NewObject, type WriteCondition } from './model-objects.js';
import type { Model } from './model.js';
import { md5, S3Failure, type Asked } from './model-terms.js';

function checkUnversioned({ versioning }: ModelBucket): void {
  if (versioning !== 'off') throw new S3Failure(409, 'InvalidBucketState');
}

/**
 * Puts bytes behind those of an object that has `offset` of them; at 0 it also
 * begins one. The object keeps all but its bytes, etag, parts and time.
 */
export function appendObject(model: Model, asked: Asked, name: string, key: string, input: { offset: number; content: Buffer; object: NewObject }): ModelVersion {
  const { offset, content, object } = input;
  const bucket = model.bucket(name);
  must(bucket, asked.who, 'PutObject', key, factsOf(bucket.find(key)));
  const described = describeNew(bucket, asked, key, object);
  checkUnversioned(bucket);
  if (offset === 0 && !bucket.current(key)) return addVersion(bucket, key, described, { content, etag: md5(content) }, asked.now);
  const before = required(bucket, key);
  if (before.content.length !== offset) throw new S3Failure(400, 'InvalidWriteOffset');
  const etag = appendedEtag(before.etag, content);
  return bucket.add({ ...before, content: Buffer.concat([before.content, content]), etag, parts: undefined, modified: asked.now });
}

/** MD5 of the former etag's bytes and the MD5 of what was added, and the number of pieces. */
function appendedEtag(before: string, added: Buffer): string {
  const [hex, pieces = '1'] = before.split('-') as [string, string?];
  return `${md5(Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from(md5(added), 'hex')]))}-${Number(pieces) + 1}`;
}

export interface RenameInput {
  readonly source: string;
  /** Makes it repeatable. */
  readonly token?: string;
  readonly condition: WriteCondition;
  readonly sourceCondition: WriteCondition;
}

/** Gives an object another key; all of it stays, its time too. */
export function renameObject(model: Model, { who }: Asked, name: string, key: string, input: RenameInput): void {
  const { source, token, condition, sourceCondition } = input;
  const bucket = model.bucket(name);
  must(bucket, who, 'PutObject', key, factsOf(bucket.find(key)));
  must(bucket, who, 'GetObject', source, factsOf(bucket.find(source)));
  must(bucket, who, 'DeleteObject', source, factsOf(bucket.find(source)));
  const request = JSON.stringify([source, key]);
  const before = bucket.renames.get(token ?? '');
  if (before === request) return;
  if (before !== undefined) throw new S3Failure(400, 'IdempotencyParameterMismatch');
  checkUnversioned(bucket);
  const found = required(bucket, source);
  checkCondition(bucket, source, sourceCondition);
  checkCondition(bucket, key, condition);
  if (token !== undefined) bucket.renames.set(token, request);
  if (source === key) return;
  bucket.remove(found);
  bucket.add({ ...found, key });
}
