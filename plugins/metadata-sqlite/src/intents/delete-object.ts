import { checkDeletable, checkPrecondition, checkTags, packAttributes } from '@zas/metadata-sql';
import { decodeVersionId, type DeleteObject, type Outcomes } from '@zas/plugin-api';
import { EMPTY_BODY } from '../tables/body-table.js';
import { findBucket, type BucketRow } from '../tables/bucket-table.js';
import { addMarker, deleteCurrent, findBySeq, findCurrent, findNullVersion, promoteNewest, type FoundVersion } from '../tables/object-table.js';
import { readAttributes } from '../tables/version-attributes.js';
import type { WriteSession } from '../writer/write-session.js';
import { makeRoom, removeVersion, shownVersionId } from './add-version.js';

export function deleteObject(session: WriteSession, intent: DeleteObject): Outcomes['delete-object'] {
  const bucket = findBucket(session, intent.bucketId);
  const key = Buffer.from(intent.key);
  const current = findCurrent(session, bucket.id, key);
  checkPrecondition(current?.etag, intent.precondition);

  if (intent.versionId !== undefined) return deleteVersion(session, bucket, key, findVersion(session, bucket, key, intent.versionId), intent);
  if (bucket.versioning === 'off') {
    return deleteVersion(session, bucket, key, current && { row: current, isCurrent: true }, intent);
  }

  makeRoom(session, bucket, key, current, intent.at);
  if (current) deleteCurrent(session, bucket.id, key);
  const seq = session.next();
  const nonce = bucket.versioning === 'enabled' ? intent.nonce : null;
  const attributes = packAttributes({ etag: '', owner: bucket.owner, storageClass: 'STANDARD', headers: {}, userMetadata: {} });
  addMarker(session, { bucketId: bucket.id, key, seq, nonce, size: 0, at: intent.at, attributes, body: EMPTY_BODY, partCount: null });
  const versionId = shownVersionId(bucket, seq, nonce);
  session.appendFeed({ kind: 'delete-marker-created', at: intent.at, bucketId: bucket.id, bucket: bucket.name, key, versionId });
  return { removed: current !== undefined, deleteMarker: true, versionId };
}

export function findVersion(session: WriteSession, bucket: BucketRow, key: Uint8Array, versionId: string): FoundVersion | undefined {
  if (versionId === 'null') return findNullVersion(session, bucket.id, key);
  const decoded = decodeVersionId(versionId);
  const found = decoded && findBySeq(session, bucket.id, key, decoded.seq);
  return found?.row.nonce === decoded?.nonce ? found : undefined;
}

function deleteVersion(
  session: WriteSession,
  bucket: BucketRow,
  key: Uint8Array,
  found: FoundVersion | undefined,
  intent: DeleteObject,
): Outcomes['delete-object'] {
  if (!found) return { removed: false, deleteMarker: false };
  const { at, ifTags } = intent;
  const { row, isCurrent } = found;
  if (ifTags !== undefined) checkTags(readAttributes(session, bucket.id, key, found).tags, ifTags);
  checkDeletable(row.lock, intent);
  removeVersion(session, bucket.id, key, found, at);
  if (bucket.versioning !== 'off' && (isCurrent || row.delete_marker === 1) && !findCurrent(session, bucket.id, key)) {
    promoteNewest(session, bucket.id, key);
  }
  const versionId = shownVersionId(bucket, row.seq, row.nonce);
  session.appendFeed({ kind: 'object-deleted', at, bucketId: bucket.id, bucket: bucket.name, key, versionId });
  return { removed: true, deleteMarker: row.delete_marker === 1, versionId };
}
