import { StoreError, type CreateBucket, type Outcomes } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

export function createBucket(session: WriteSession, intent: CreateBucket): Outcomes['create-bucket'] {
  const { name, owner, region, at } = intent;
  const present = session.read('select owner from bucket where name = ?').get(name) as { owner: string } | undefined;
  if (present) {
    const reason = present.owner === owner ? 'bucket-owned-by-you' : 'bucket';
    throw new StoreError('already-exists', 'The bucket exists', { details: { reason } });
  }
  const id = session.next();
  session.write(`insert into bucket values (?, ?, ?, ?, ?, 'off')`).run(id, name, owner, at, region);
  session.appendFeed({ kind: 'bucket-created', at, bucketId: id, bucket: name });
  return { bucketId: id };
}
