import { renameObject as giveName } from '@zas/object-store';
import { checkKey, invalidArgument, readRenameRequest, readWritePrecondition } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';

export const renameObject: S3Operation = async (call) => {
  const { bucket, key } = call;
  const { source, token, sourcePrecondition } = readRenameRequest(call.headers);
  if (source.bucket !== undefined && source.bucket !== bucket.name) {
    throw invalidArgument('An object is renamed within its bucket.', 'x-amz-rename-source', String(call.headers['x-amz-rename-source']));
  }
  checkKey(source.key);
  await call.authorize('s3:GetObject', { bucket, key: source.key });
  await call.authorize('s3:DeleteObject', { bucket, key: source.key });
  const precondition = readWritePrecondition(call.headers);
  await giveName(call.store, call.context, { bucket, key, source: source.key, token, precondition, sourcePrecondition });
  return { status: 200, headers: {} };
};
