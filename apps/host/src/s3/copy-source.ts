import type { ObjectVersion } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { ObjectName } from '@zas/object-store';
import { requireBucket } from '@zas/object-store';
import { checkBucketName, checkKey, evaluateCopyConditions, parseCopySource, readExpectedOwner, s3Error } from '@zas/s3-protocol';
import { factsOf } from './object-facts.js';
import type { S3Call } from './s3-call.js';
import { checkVersionId } from './version-id.js';

/** The source named by `x-amz-copy-source`, once the caller may read it. */
export async function resolveCopySource(call: S3Call): Promise<ObjectName> {
  const { bucket: name, key, versionId } = parseCopySource(String(call.headers['x-amz-copy-source']));
  checkBucketName(name);
  checkKey(key);
  checkVersionId(versionId);
  const bucket = await requireBucket(call.store, call.context, name);
  const expected = readExpectedOwner(call.headers, 'x-amz-source-expected-bucket-owner');
  if (expected !== undefined && expected !== bucket.owner) throw s3Error('AccessDenied');
  const source = { bucket, key, versionId };
  await call.authorize(versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', source, { versionId });
  return source;
}

/** The permission to read the source, upon the version that is copied: it may be another than when it was first asked. */
export async function confirmCopySource(call: S3Call, source: ObjectName, version: ObjectVersion): Promise<void> {
  const { versionId } = source;
  await call.authorize(versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', { ...source, object: factsOf(version) }, { versionId });
}

/** Throws `PreconditionFailed` as `x-amz-copy-source-if-*` say. */
export function checkCopyConditions(call: S3Call, source: ObjectVersion): void {
  if (evaluateCopyConditions(call.headers, source, call.store.clock.now()) !== 'ok') throw s3Error('PreconditionFailed');
}

/** Copies, and says in AWS's words that a delete marker is no source, when the request names one by its version. */
export async function refusingMarkers<T>(copy: () => Promise<T>): Promise<T> {
  try {
    return await copy();
  } catch (error) {
    const named = isStoreError(error) && error.details.reason === 'delete-marker' && error.details['named'] === true;
    if (!named) throw error;
    throw s3Error('InvalidRequest', {
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
      cause: error,
    });
  }
}
