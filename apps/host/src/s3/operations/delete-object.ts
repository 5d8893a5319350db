import { deleteObject as removeObject } from '@zas/object-store';
import type { S3Operation } from '../s3-call.js';

export const deleteObject: S3Operation = async (call) => {
  const versionId = call.target.query.get('versionId');
  const { deleteMarker, versionId: affected } = await removeObject(call.store, call.context, { bucket: call.bucket, key: call.key, versionId });
  const headers = { 'x-amz-delete-marker': deleteMarker ? 'true' : undefined, 'x-amz-version-id': affected };
  return { status: 204, headers };
};
