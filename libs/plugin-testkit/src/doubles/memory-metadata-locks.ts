import { StoreError, retentionFrom, type ObjectAttributes, type Tags, type UpdateObject } from '@zas/plugin-api';
import type { StoredBucket } from './memory-metadata-state.js';

export function checkLockable(bucket: StoredBucket, attributes: Pick<ObjectAttributes, 'retention' | 'legalHold'>): void {
  if (bucket.record.objectLock || (!attributes.retention && attributes.legalHold === undefined)) return;
  throw new StoreError('invalid-argument', 'Versions of this bucket cannot be locked', { details: { reason: 'object-lock' } });
}

export function withDefaultRetention(bucket: StoredBucket, attributes: ObjectAttributes, at: number): ObjectAttributes {
  const { objectLock, settings } = bucket.record;
  if (!objectLock || attributes.retention || !settings.defaultRetention) return attributes;
  return { ...attributes, retention: retentionFrom(settings.defaultRetention, at) };
}

export function checkDeletable({ retention, legalHold }: ObjectAttributes, request: { at: number; bypassGovernance?: boolean }): void {
  const retained = retention !== undefined && retention.until > request.at && !(retention.mode === 'GOVERNANCE' && request.bypassGovernance);
  if (legalHold || retained) throw new StoreError('locked', 'The version is locked');
}

/** A retention in force may be prolonged; weakened only when it is a governance one that is bypassed. */
export function checkRetentionChange(present: ObjectAttributes, { retention, at, bypassGovernance }: UpdateObject): void {
  const before = present.retention;
  if (retention === undefined || before === undefined || before.until <= at) return;
  const longer = retention?.mode === before.mode && retention.until >= before.until;
  if (longer || (before.mode === 'GOVERNANCE' && bypassGovernance)) return;
  throw new StoreError('locked', 'The retention cannot be weakened');
}

export function checkTags(present: ObjectAttributes, wanted: Tags | undefined): void {
  if (wanted === undefined) return;
  const sorted = (tags: Tags) => JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (sorted(present.tags ?? {}) === sorted(wanted)) return;
  throw new StoreError('conflict', 'The tags changed meanwhile', { details: { reason: 'object-changed', retriable: true } });
}
