import { deleteObject as removeObject } from '@zas/object-store';
import { readDeletePrecondition } from '@zas/s3-protocol';
import { mayBypassGovernance } from '../object-lock.js';
import type { S3Operation } from '../s3-call.js';

export const deleteObject: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const { deleteMarker, versionId: affected } = await removeObject(call.store, call.context, {
    bucket,
    key,
    versionId,
    precondition: readDeletePrecondition(call.headers),
    bypassGovernance: await mayBypassGovernance(call),
    ifTags: call.observedTags,
  });
  return { status: 204, headers: { 'x-amz-version-id': affected, 'x-amz-delete-marker': deleteMarker ? 'true' : undefined } };
};
