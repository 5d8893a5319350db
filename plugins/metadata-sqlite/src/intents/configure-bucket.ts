import { StoreError, configurationCause, type BucketSettings, type ConfigureBucket, type Outcomes } from '@zas/plugin-api';
import { findBucket, patchedSettings, type BucketRow } from '../tables/bucket-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function configureBucket(session: WriteSession, intent: ConfigureBucket): Outcomes['configure-bucket'] {
  const bucket = findBucket(session, intent.bucketId);
  if (intent.ifRevision !== undefined && intent.ifRevision !== bucket.revision) {
    throw new StoreError('conflict', 'The bucket was configured meanwhile', { details: { reason: 'bucket-changed', retriable: true } });
  }
  const versioning = intent.versioning ?? bucket.versioning;
  const objectLock = intent.objectLock ?? bucket.objectLock;
  if (versioning === 'off' && bucket.versioning !== 'off') {
    throw new StoreError('invalid-argument', 'Versioning can be suspended, not switched off');
  }
  if (objectLock && versioning !== 'enabled') {
    const reason = bucket.objectLock ? 'object-lock' : 'versioning';
    throw new StoreError('conflict', 'Where versions are locked, versioning is enabled', { details: { reason } });
  }
  const revision = session.next();
  session
    .write('update bucket set versioning = ?, object_lock = ?, revision = ?, settings = ? where id = ?')
    .run(versioning, objectLock ? 1 : 0, revision, settingsAfter(session, bucket, intent), bucket.id);
  session.appendFeed({ kind: 'bucket-configured', at: intent.at, bucketId: bucket.id, bucket: bucket.name, cause: configurationCause(intent) });
  return { revision };
}

function settingsAfter(session: WriteSession, { id }: BucketRow, { settings: patch }: ConfigureBucket): string {
  const present = session.read('select settings from bucket where id = ?').pluck().get(id) as string;
  return patch ? JSON.stringify(patchedSettings(JSON.parse(present) as BucketSettings, patch)) : present;
}
