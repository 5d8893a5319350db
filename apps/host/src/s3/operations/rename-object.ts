import { renameObject as giveName } from '@zas/object-store';
import { checkKey, readRenameRequest } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';

export const renameObject: S3Operation = async (call) => {
  const { bucket, key } = call;
  const { source, token, precondition, sourcePrecondition } = readRenameRequest(call.headers, bucket.name);
  checkKey(source.key);
  await call.authorize('s3:GetObject', { bucket, key: source.key });
  await call.authorize('s3:DeleteObject', { bucket, key: source.key });
  await giveName(call.store, call.context, { bucket, key, source: source.key, token, precondition, sourcePrecondition });
  return { status: 200, headers: {} };
};
