import { StoreError, type CreateBucket, type Outcomes } from '@zas/plugin-api';
import { patchedSettings } from '../tables/bucket-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function createBucket(session: WriteSession, intent: CreateBucket): Outcomes['create-bucket'] {
  const { name, owner, region, objectLock, settings, at } = intent;
  const present = session.read('select owner from bucket where name = ?').get(name) as { owner: string } | undefined;
  if (present) {
    const reason = present.owner === owner ? 'bucket-owned-by-you' : 'bucket';
    throw new StoreError('already-exists', 'The bucket exists', { details: { reason } });
  }
  const id = session.next();
  const versioning = objectLock ? 'enabled' : 'off';
  session
    .write(
      `insert into bucket (id, name, owner, created_at, region, versioning, object_lock, revision, settings)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(id, name, owner, at, region, versioning, objectLock ? 1 : 0, session.next(), JSON.stringify(patchedSettings({}, settings ?? {})));
  session.appendFeed({ kind: 'bucket-created', at, bucketId: id, bucket: name });
  return { bucketId: id };
}
