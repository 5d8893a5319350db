import type { ModelBucket, ModelVersion } from './model-bucket.js';
import { denied, S3Failure, type Retention } from './model-terms.js';

const DAY_MS = 86_400_000;

/** A lock that a writer asks for. */
export interface LockRequest {
  readonly retention?: Retention;
  readonly legalHold?: boolean;
}

/** @throws S3Failure where versions cannot be locked */
export function checkLockable(bucket: ModelBucket, { retention, legalHold }: LockRequest): void {
  if (!bucket.lockable && (retention || legalHold !== undefined)) throw new S3Failure(400, 'InvalidRequest');
}

/** @throws S3Failure for a retention that is over already */
export function checkInFuture({ until }: Retention, now: number): void {
  if (until <= now) throw new S3Failure(400, 'InvalidArgument');
}

/** What a new version gets that asked for this: itself, else the bucket's default. */
export function retentionOfNew(bucket: ModelBucket, asked: Retention | undefined, now: number): Retention | undefined {
  const { lockable, defaultRetention } = bucket;
  if (asked || !lockable || !defaultRetention) return asked;
  return { mode: defaultRetention.mode, until: now + defaultRetention.days * DAY_MS };
}

/** False while a legal hold or a retention keeps a version; a governance one gives way to who may bypass it. */
export function isRemovable({ retention, legalHold }: ModelVersion, now: number, bypass: boolean): boolean {
  if (legalHold) return false;
  return !retention || retention.until <= now || (retention.mode === 'GOVERNANCE' && bypass);
}

/**
 * A retention in force can be prolonged; a governance one can be changed in any way by who may bypass it.
 * @param next absent: it is to be taken away
 */
export function checkChange(present: Retention | undefined, next: Retention | undefined, now: number, bypass: boolean): void {
  if (!present || present.until <= now) return;
  if (next?.mode === present.mode && next.until >= present.until) return;
  if (present.mode === 'GOVERNANCE' && bypass) return;
  throw denied();
}
