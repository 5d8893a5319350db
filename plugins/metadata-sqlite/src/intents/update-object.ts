import { checkLockable, checkRetentionChange, checkTags } from '@zas/metadata-sql';
import { StoreError, type ObjectAttributes, type Outcomes, type UpdateObject } from '@zas/plugin-api';
import { findBucket, type BucketRow } from '../tables/bucket-table.js';
import { findCurrent, findNewestOlder, type FoundVersion } from '../tables/object-table.js';
import { readAttributes, writeAttributes } from '../tables/version-attributes.js';
import type { WriteSession } from '../writer/write-session.js';
import { shownVersionId } from './add-version.js';
import { findVersion } from './delete-object.js';

/** What each field is called in the feed. */
const CAUSES = { acl: 'acl', tags: 'tags', retention: 'retention', legalHold: 'legal-hold' } as const;
const FIELDS = Object.keys(CAUSES) as (keyof typeof CAUSES)[];

export function updateObject(session: WriteSession, intent: UpdateObject): Outcomes['update-object'] {
  const bucket = findBucket(session, intent.bucketId);
  const key = Buffer.from(intent.key);
  const found = requireVersion(session, bucket, key, intent);
  const present = readAttributes(session, bucket.id, key, found);
  checkTags(present.tags, intent.ifTags);
  checkLockable(bucket.objectLock, { retention: intent.retention ?? undefined, legalHold: intent.legalHold });
  if (intent.retention !== undefined) checkRetentionChange(present.retention, intent.retention, intent);

  const fields = FIELDS.filter((field) => intent[field] !== undefined);
  const changes = Object.fromEntries(fields.map((field) => [field, intent[field] ?? undefined]));
  writeAttributes(session, bucket.id, key, found, { ...present, ...changes } as ObjectAttributes);
  const { seq, nonce } = found.row;
  const versionId = shownVersionId(bucket, seq, nonce);
  const cause = fields.map((field) => CAUSES[field]).join(',');
  session.appendFeed({ kind: 'object-updated', at: intent.at, bucketId: bucket.id, bucket: bucket.name, key, versionId, cause });
  return { seq, versionId };
}

function requireVersion(session: WriteSession, bucket: BucketRow, key: Buffer, { versionId }: UpdateObject): FoundVersion {
  const named = versionId !== undefined;
  const found = named ? findVersion(session, bucket, key, versionId) : findLatest(session, bucket, key);
  if (!found) throw new StoreError('not-found', 'The object does not exist', { details: { reason: named ? 'version' : 'object' } });
  const { row } = found;
  if (row.delete_marker === 0) return found;
  const details = { reason: 'delete-marker', versionId: shownVersionId(bucket, row.seq, row.nonce), named } as const;
  throw new StoreError('not-found', 'The object was deleted', { details });
}

function findLatest(session: WriteSession, bucket: BucketRow, key: Buffer): FoundVersion | undefined {
  const current = findCurrent(session, bucket.id, key);
  if (current) return { row: current, isCurrent: true };
  const marker = findNewestOlder(session, bucket.id, key);
  return marker && { row: marker, isCurrent: false };
}
