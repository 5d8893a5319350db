import { checkLockable, packAttributes } from '@zas/metadata-sql';
import { StoreError, type CreateUpload, type Outcomes } from '@zas/plugin-api';
import { findBucket } from '../tables/bucket-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function createUpload(session: WriteSession, intent: CreateUpload): Outcomes['create-upload'] {
  const bucket = findBucket(session, intent.bucketId);
  const { uploadId, at, checksum, initiator, initiatorAccount } = intent;
  checkLockable(bucket.objectLock, intent.attributes);
  if (session.read('select 1 from upload where upload_id = ?').get(uploadId)) {
    throw new StoreError('already-exists', 'The upload id is taken', { details: { reason: 'upload' } });
  }
  const key = Buffer.from(intent.key);
  const { owner, storageClass, rest, lock } = packAttributes({ ...intent.attributes, checksum: undefined });
  session
    .write('insert into upload values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      bucket.id,
      key,
      at,
      uploadId,
      owner,
      storageClass,
      rest,
      checksum?.algorithm,
      checksum?.type,
      initiator,
      initiatorAccount,
      lock.retainMode,
      lock.retainUntil,
      lock.legalHold,
    );
  session.appendFeed({ kind: 'upload-created', at, bucketId: bucket.id, bucket: bucket.name, key });
  return {};
}
