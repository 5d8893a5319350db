import { StoreError, type Versioning } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

export interface BucketRow {
  readonly id: number;
  readonly name: string;
  readonly owner: string;
  readonly versioning: Versioning;
}

/** @throws `not-found`, reason `bucket` */
export function findBucket(session: WriteSession, bucketId: number): BucketRow {
  const row = session.read('select id, name, owner, versioning from bucket where id = ?').get(bucketId) as BucketRow | undefined;
  if (!row) throw new StoreError('not-found', 'The bucket does not exist', { details: { reason: 'bucket' } });
  return row;
}
