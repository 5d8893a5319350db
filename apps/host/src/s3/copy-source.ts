import type { ObjectVersion } from '@zas/plugin-api';
import type { ObjectName } from '@zas/object-store';
import { requireBucket } from '@zas/object-store';
import { checkBucketName, checkKey, evaluateCopyConditions, parseCopySource, s3Error } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** The source named by `x-amz-copy-source`, once the caller may read it. */
export async function resolveCopySource(call: S3Call): Promise<ObjectName> {
  const source = parseCopySource(String(call.headers['x-amz-copy-source']));
  checkBucketName(source.bucket);
  checkKey(source.key);
  const bucket = await requireBucket(call.store, call.context, source.bucket);
  const { key, versionId } = source;
  await call.authorize('s3:GetObject', { type: 'object', bucket: bucket.name, ownerAccount: bucket.owner, key, versionId });
  return { bucket, key, versionId };
}

/** Throws `PreconditionFailed` as `x-amz-copy-source-if-*` say. */
export function checkCopyConditions(call: S3Call, source: ObjectVersion): void {
  if (evaluateCopyConditions(call.headers, source, call.store.clock.now()) !== 'ok') throw s3Error('PreconditionFailed');
}
