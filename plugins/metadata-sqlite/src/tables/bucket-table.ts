import { StoreError, type BucketSettings, type BucketSettingsPatch, type DefaultRetention, type Versioning } from '@zas/plugin-api';
import type { LockRules } from '@zas/metadata-sql';
import type { WriteSession } from '../writer/write-session.js';

export interface BucketRow extends LockRules {
  readonly id: number;
  readonly name: string;
  readonly owner: string;
  readonly versioning: Versioning;
  readonly revision: number;
}

/** The default retention is read only where it counts: nothing else of the settings matters to a write. */
const FIND = `select id, name, owner, versioning, revision, object_lock,
  case when object_lock = 1 then settings ->> '$.defaultRetention' end as default_retention
  from bucket where id = ?`;

/** @throws `not-found`, reason `bucket` */
export function findBucket(session: WriteSession, bucketId: number): BucketRow {
  const row = session.read(FIND).get(bucketId) as
    | (Omit<BucketRow, keyof LockRules> & { object_lock: 0 | 1; default_retention: string | null })
    | undefined;
  if (!row) throw new StoreError('not-found', 'The bucket does not exist', { details: { reason: 'bucket' } });
  const { object_lock, default_retention, ...bucket } = row;
  const defaultRetention = default_retention === null ? undefined : (JSON.parse(default_retention) as DefaultRetention);
  return { ...bucket, objectLock: object_lock === 1, defaultRetention };
}

/** @throws `conflict`, reason `versioning`, on a bucket that has or had versions */
export function mustBeUnversioned({ versioning }: BucketRow): void {
  if (versioning !== 'off') throw new StoreError('conflict', 'The bucket has versions', { details: { reason: 'versioning' } });
}

/** Fields that are there are set, `null` removes. */
export function patchedSettings(present: BucketSettings, patch: BucketSettingsPatch): BucketSettings {
  const fields = Object.entries({ ...present, ...patch }).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(fields) as BucketSettings;
}
