import type { UploadRecord } from '@zas/plugin-api';
import type { UploadName } from '@zas/object-store';
import { requireUpload } from '@zas/object-store';
import { invalidArgument } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** The upload that the target names. */
export function uploadName(call: S3Call): UploadName {
  return { bucket: call.bucket, key: call.key, uploadId: call.target.query.get('uploadId') ?? '' };
}

/** The part number of the target. Throws `InvalidArgument`. */
export function partNumber(call: S3Call): number {
  const text = call.target.query.get('partNumber') ?? '';
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= call.store.limits.partCount) return number;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
}

/**
 * The upload that the target names, for who may do `action` with it; who began it
 * counts. Throws `AccessDenied`, or `not-found` to who may do it to any upload there.
 */
export async function authorizeUpload(call: S3Call, action: string): Promise<UploadRecord> {
  const { bucket, key } = call;
  const name = uploadName(call);
  const found = await call.store.metadata.uploads.find(call.context, { bucketId: bucket.id, key, uploadId: name.uploadId });
  const initiator = found && { principal: found.initiator, account: found.initiatorAccount };
  await call.authorize(action, { bucket, key, initiator });
  return found ?? requireUpload(call.store, call.context, name);
}
