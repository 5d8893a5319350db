import type { FeedEntry, FeedEntryKind } from '@zas/plugin-api';
import type { AuditEntry } from './audit-record.js';

/** What of a bucket was configured → what sets it and, where that is another action, what takes it away. */
const CONFIGURING: Readonly<Record<string, readonly [string, string?]>> = {
  versioning: ['s3:PutBucketVersioning'],
  objectLock: ['s3:PutBucketObjectLockConfiguration'],
  defaultRetention: ['s3:PutBucketObjectLockConfiguration'],
  objectOwnership: ['s3:PutBucketOwnershipControls'],
  acl: ['s3:PutBucketAcl'],
  publicAccessBlock: ['s3:PutBucketPublicAccessBlock'],
  policy: ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
  cors: ['s3:PutBucketCORS'],
  tags: ['s3:PutBucketTagging'],
  requestPayer: ['s3:PutBucketRequestPayment'],
};

const UPDATING: Readonly<Record<string, string>> = {
  acl: 's3:PutObjectAcl',
  tags: 's3:PutObjectTagging',
  retention: 's3:PutObjectRetention',
  'legal-hold': 's3:PutObjectLegalHold',
};

/** Total: a new kind of entry does not compile until it has its action. */
const ACTIONS: Readonly<Record<FeedEntryKind, (cause: string) => string>> = {
  'bucket-created': () => 's3:CreateBucket',
  'bucket-deleted': () => 's3:DeleteBucket',
  'bucket-configured': configuring,
  'object-created': () => 's3:PutObject',
  'object-updated': (cause) => UPDATING[cause] ?? 's3:PutObject',
  'object-deleted': () => 's3:DeleteObject',
  'delete-marker-created': () => 's3:DeleteObject',
  'upload-created': () => 's3:PutObject',
  'upload-aborted': () => 's3:AbortMultipartUpload',
  'repository-created': () => 'oci:CreateRepository',
  'repository-deleted': () => 'oci:DeleteRepository',
  'blob-linked': () => 'oci:PutBlob',
  'blob-unlinked': () => 'oci:DeleteBlob',
  'manifest-created': () => 'oci:PutManifest',
  'manifest-deleted': () => 'oci:DeleteManifest',
  'tag-set': (cause) => (cause === 'move' ? 'oci:OverwriteTag' : 'oci:CreateTag'),
  'tag-deleted': () => 'oci:DeleteTag',
};

function configuring(cause: string): string {
  const [only, ...more] = cause.split(',');
  const takenAway = only!.startsWith('-');
  const [sets, unsets] = CONFIGURING[takenAway ? only!.slice(1) : only!] ?? [];
  const action = takenAway ? (unsets ?? sets) : sets;
  return more.length > 0 || action === undefined ? 's3:ConfigureBucket' : action;
}

/** A change of the feed as the trail tells it. */
export function recordOfChange(entry: FeedEntry, account: string | undefined): AuditEntry {
  const { position, at, kind, cause, principal, credentialId, address, requestId } = entry;
  return {
    at,
    kind: 'change',
    outcome: 'allowed',
    // A newer store may know more kinds.
    action: (ACTIONS as Partial<typeof ACTIONS>)[kind]?.(cause ?? '') ?? kind,
    resource: resourceOf(entry),
    reason: cause === undefined ? kind : `${kind}: ${cause}`,
    principal,
    credentialId,
    account,
    address,
    requestId,
    position,
  };
}

function resourceOf({ bucket, key, repository, digest, tag }: FeedEntry): string {
  if (repository === undefined) return `arn:aws:s3:::${bucket ?? ''}${key === undefined ? '' : `/${key}`}`;
  const name = `arn:zas:oci:::${repository}`;
  return tag === undefined ? (digest === undefined ? name : `${name}@${digest}`) : `${name}:${tag}`;
}
