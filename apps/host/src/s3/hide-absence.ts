import { isStoreError } from '@zas/plugin-api';
import { s3Error } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/**
 * Who may not list a bucket is not told whether a key is in it (GetObject, "Permissions").
 * @param otherwise key that the error is about when it does not say so itself
 */
export async function hideAbsence(call: S3Call, error: unknown, otherwise = call.target.key): Promise<unknown> {
  if (!isStoreError(error) || error.code !== 'not-found') return error;
  const { reason, bucket: name, key } = error.details;
  if (reason !== 'object' && reason !== 'version' && reason !== 'delete-marker') return error;
  const bucket = typeof name === 'string' && name !== call.target.bucket ? await call.store.metadata.buckets.find(call.context, name) : call.bucket;
  const prefix = typeof key === 'string' ? key : otherwise;
  if (bucket && (await call.may('s3:ListBucket', { bucket }, { prefix }))) return error;
  return s3Error('AccessDenied', { cause: error });
}
