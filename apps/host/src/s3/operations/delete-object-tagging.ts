import { updateObject } from '@zas/object-store';
import { versionHeaders } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';

export const deleteObjectTagging: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const change = { tags: null, ifTags: call.observedTags };
  return { status: 204, headers: versionHeaders(await updateObject(call.store, call.context, { bucket, key, versionId }, change)) };
};
