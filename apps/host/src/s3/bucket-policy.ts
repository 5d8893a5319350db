import { s3Error } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** Largest bucket policy (S3 User Guide, "Bucket policies"). */
export const MAX_POLICY_BYTES = 20 * 1024;

/** A bucket's policy is seen and changed from its owner's account only, whatever was allowed to others. Throws `MethodNotAllowed`. */
export function requireOwnersAccount(call: S3Call): void {
  if (call.caller !== call.bucket.owner) throw s3Error('MethodNotAllowed');
}
