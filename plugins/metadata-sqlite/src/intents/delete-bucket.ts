import { StoreError, type DeleteBucket, type Outcomes } from '@zas/plugin-api';
import { findBucket } from '../tables/bucket-table.js';
import { dropUpload, type UploadRow } from '../tables/upload-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function deleteBucket(session: WriteSession, { bucketId, at }: DeleteBucket): Outcomes['delete-bucket'] {
  const bucket = findBucket(session, bucketId);
  const left =
    session.read('select 1 from object_current where bucket_id = ? limit 1').get(bucketId) ??
    session.read('select 1 from object_version where bucket_id = ? limit 1').get(bucketId);
  if (left) throw new StoreError('conflict', 'The bucket is not empty', { details: { reason: 'bucket-not-empty' } });

  const uploads = session.read('select * from upload where bucket_id = ?').all(bucketId) as UploadRow[];
  for (const upload of uploads) dropUpload(session, upload, at);
  session.write('delete from bucket where id = ?').run(bucketId);
  session.write('delete from client_token where bucket_id = ?').run(bucketId);
  session.forgetUsage(bucketId);
  session.appendFeed({ kind: 'bucket-deleted', at, bucketId, bucket: bucket.name });
  return {};
}
