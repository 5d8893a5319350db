import { StoreError, retentionFrom, type ObjectAttributes, type Retention, type RetentionMode, type Tags } from '@zas/plugin-api';
import type { LockColumns } from './packed-attributes.js';

/** What a bucket says about locks. */
export interface LockRules {
  readonly objectLock: boolean;
  readonly defaultRetention: { readonly mode: RetentionMode; readonly days?: number; readonly years?: number } | undefined;
}

type Lock = Pick<ObjectAttributes, 'retention' | 'legalHold'>;

/** @throws `invalid-argument`, reason `object-lock` */
export function checkLockable(objectLock: boolean, { retention, legalHold }: Lock): void {
  if (objectLock || (!retention && legalHold === undefined)) return;
  throw new StoreError('invalid-argument', 'Versions of this bucket cannot be locked', { details: { reason: 'object-lock' } });
}

/** The lock of a version made at `at`: its own, or the bucket's default. */
export function lockOfNew({ objectLock, defaultRetention }: LockRules, lock: LockColumns, at: number): LockColumns {
  if (!objectLock || lock.retainMode !== null || !defaultRetention) return lock;
  const { mode, until } = retentionFrom(defaultRetention, at);
  return { ...lock, retainMode: mode, retainUntil: until };
}

/** @throws `locked` when the version may not go at that time */
export function checkDeletable(lock: LockColumns, request: { readonly at: number; readonly bypassGovernance?: boolean }): void {
  const bypassed = lock.retainMode === 'GOVERNANCE' && request.bypassGovernance === true;
  const retained = lock.retainUntil !== null && lock.retainUntil > request.at && !bypassed;
  if (lock.legalHold === 1 || retained) throw new StoreError('locked', 'The version is locked');
}

/**
 * @param next `null`: to be removed
 * @throws `locked` when a retention in force would be weakened
 */
export function checkRetentionChange(
  present: Retention | undefined,
  next: Retention | null,
  request: { readonly at: number; readonly bypassGovernance?: boolean },
): void {
  if (!present || present.until <= request.at) return;
  if (next?.mode === present.mode && next.until >= present.until) return;
  if (present.mode === 'GOVERNANCE' && request.bypassGovernance === true) return;
  throw new StoreError('locked', 'The retention cannot be weakened');
}

/** @throws `conflict`, reason `object-changed`, when the tags are others */
export function checkTags(present: Tags | undefined, wanted: Tags | undefined): void {
  if (wanted === undefined) return;
  const names = Object.keys(present ?? {});
  const same = names.length === Object.keys(wanted).length && names.every((name) => Object.hasOwn(wanted, name) && wanted[name] === present![name]);
  if (!same) throw new StoreError('conflict', 'The tags changed meanwhile', { details: { reason: 'object-changed', retriable: true } });
}
