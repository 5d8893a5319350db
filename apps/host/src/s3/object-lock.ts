import type { BucketRecord } from '@zas/plugin-api';
import { readBypassGovernance, s3Error } from '@zas/s3-protocol';
import type { AccessTarget, S3Call } from './s3-call.js';

/** Throws `InvalidRequest` where versions cannot be locked. */
export function requireLockable(bucket: BucketRecord): void {
  if (!bucket.objectLock) throw s3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' });
}

/**
 * True when the caller asks to override governance retention and may. Without the
 * permission the header counts for nothing: the lock then refuses by itself.
 */
export async function mayBypassGovernance(call: S3Call, target?: AccessTarget): Promise<boolean> {
  return readBypassGovernance(call.headers) && (await call.may('s3:BypassGovernanceRetention', target));
}
