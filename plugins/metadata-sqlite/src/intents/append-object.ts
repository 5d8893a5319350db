import { packAttributes } from '@zas/metadata-sql';
import { StoreError, type AppendObject, type WrittenVersion } from '@zas/plugin-api';
import { appendToBody, prepareBody } from '../tables/body-table.js';
import { findBucket, mustBeUnversioned } from '../tables/bucket-table.js';
import { findCurrent, replaceBody } from '../tables/object-table.js';
import { readAttributes } from '../tables/version-attributes.js';
import type { WriteSession } from '../writer/write-session.js';

export function appendObject(session: WriteSession, intent: AppendObject): WrittenVersion {
  const bucket = findBucket(session, intent.bucketId);
  mustBeUnversioned(bucket);
  const key = Buffer.from(intent.key);
  const current = findCurrent(session, bucket.id, key);
  if (current?.seq !== intent.seq) {
    throw new StoreError('conflict', 'The object changed meanwhile', { details: { reason: 'source-changed', retriable: true } });
  }
  const prepared = prepareBody(session, intent.body, intent.at);
  if (prepared.size !== intent.size) throw new StoreError('invalid-argument', 'The body is not as long as it should be');

  const { etag, checksum, at } = intent;
  const attributes = { ...readAttributes(session, bucket.id, key, { row: current, isCurrent: true }), etag, checksum };
  const bodyId = appendToBody(session, current, current.size, prepared.record(), prepared.size);
  const seq = session.next();
  const size = current.size + prepared.size;
  replaceBody(session, { bucketId: bucket.id, key, seq, size, at, attributes: packAttributes(attributes), bodyId });
  session.addUsage(bucket.id, 0, prepared.size);
  session.appendFeed({ kind: 'object-created', at, bucketId: bucket.id, bucket: bucket.name, key, size, etag, cause: 'append' });
  return { seq, modifiedAt: at };
}
