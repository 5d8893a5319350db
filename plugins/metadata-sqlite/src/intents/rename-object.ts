import { checkPrecondition } from '@zas/metadata-sql';
import { StoreError, type Outcomes, type RenameObject } from '@zas/plugin-api';
import { findBucket, mustBeUnversioned } from '../tables/bucket-table.js';
import { copyCurrent, deleteCurrent, findCurrent } from '../tables/object-table.js';
import type { WriteSession } from '../writer/write-session.js';
import { removeVersion } from './add-version.js';

export function renameObject(session: WriteSession, intent: RenameObject): Outcomes['rename-object'] {
  const bucket = findBucket(session, intent.bucketId);
  if (wasDone(session, intent)) return {};
  mustBeUnversioned(bucket);
  const [source, key] = [Buffer.from(intent.source), Buffer.from(intent.key)];
  const current = findCurrent(session, bucket.id, source);
  if (!current) throw new StoreError('not-found', 'The object does not exist', { details: { reason: 'object' } });
  const target = findCurrent(session, bucket.id, key);
  checkPrecondition(current.etag, intent.sourcePrecondition);
  checkPrecondition(target?.etag, intent.precondition);

  remember(session, intent);
  if (intent.source === intent.key) return { seq: current.seq };
  const { at } = intent;
  if (target) removeVersion(session, bucket.id, key, { row: target, isCurrent: true }, at);
  const seq = session.next();
  copyCurrent(session, bucket.id, source, key, seq);
  deleteCurrent(session, bucket.id, source);
  const change = { at, bucketId: bucket.id, bucket: bucket.name, cause: 'rename' };
  session.appendFeed({ ...change, kind: 'object-deleted', key: source });
  session.appendFeed({ ...change, kind: 'object-created', key, size: current.size, etag: current.etag });
  return { seq };
}

const requestOf = ({ source, key }: RenameObject) => JSON.stringify([source, key]);

/** @throws `conflict`, reason `client-token`, when the token stands for another request */
function wasDone(session: WriteSession, intent: RenameObject): boolean {
  if (intent.token === undefined) return false;
  const used = session.read('select request from client_token where bucket_id = ? and token = ?').pluck().get(intent.bucketId, intent.token);
  if (used === undefined) return false;
  if (used === requestOf(intent)) return true;
  throw new StoreError('conflict', 'The token was used for another request', { details: { reason: 'client-token' } });
}

function remember(session: WriteSession, intent: RenameObject): void {
  if (intent.token === undefined) return;
  session.write('insert into client_token values (?, ?, ?, ?)').run(intent.bucketId, intent.token, requestOf(intent), intent.at);
}
