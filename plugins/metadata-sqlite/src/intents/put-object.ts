import { checkLockable, checkPrecondition, packAttributes } from '@zas/metadata-sql';
import { StoreError, type PutObject, type WrittenVersion } from '@zas/plugin-api';
import { prepareBody } from '../tables/body-table.js';
import { findBucket } from '../tables/bucket-table.js';
import { findCurrent } from '../tables/object-table.js';
import type { WriteSession } from '../writer/write-session.js';
import { addVersion } from './add-version.js';

export function putObject(session: WriteSession, intent: PutObject): WrittenVersion {
  const { size, at, nonce } = intent;
  const bucket = findBucket(session, intent.bucketId);
  const key = Buffer.from(intent.key);
  const current = findCurrent(session, bucket.id, key);
  checkPrecondition(current?.etag, intent.precondition);
  checkLockable(bucket.objectLock, intent.attributes);
  const prepared = prepareBody(session, intent.body, at);
  if (prepared.size !== size) throw new StoreError('invalid-argument', 'The body is not as long as the object');

  const body = prepared.record();
  const attributes = packAttributes(intent.attributes);
  const cause = intent.body.kind === 'copy' ? 'copy' : 'put';
  return addVersion(session, { bucket, key, size, at, nonce, attributes, body, partCount: null, cause }, current);
}
