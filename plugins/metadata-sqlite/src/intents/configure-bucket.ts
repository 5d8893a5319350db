import { StoreError, type ConfigureBucket, type Outcomes } from '@zas/plugin-api';
import { findBucket } from '../tables/bucket-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function configureBucket(session: WriteSession, intent: ConfigureBucket): Outcomes['configure-bucket'] {
  const bucket = findBucket(session, intent.bucketId);
  const versioning = intent.versioning ?? bucket.versioning;
  if (versioning === 'off' && bucket.versioning !== 'off') {
    throw new StoreError('invalid-argument', 'Versioning can be suspended, not switched off');
  }
  session.write('update bucket set versioning = ? where id = ?').run(versioning, bucket.id);
  session.appendFeed({ kind: 'bucket-configured', at: intent.at, bucketId: bucket.id, bucket: bucket.name });
  return {};
}
