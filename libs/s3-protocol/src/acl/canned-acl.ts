import type { Acl, Grant } from '@zas/plugin-api';

export const CANNED_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
  'log-delivery-write',
] as const;

export type CannedAcl = (typeof CANNED_ACLS)[number];

const PUBLIC_READ: Grant = { grantee: { kind: 'group', group: 'all-users' }, permission: 'READ' };
const PUBLIC_WRITE: Grant = { grantee: { kind: 'group', group: 'all-users' }, permission: 'WRITE' };
const AUTHENTICATED_READ: Grant = { grantee: { kind: 'group', group: 'authenticated-users' }, permission: 'READ' };
const LOG_DELIVERY: Acl = [
  { grantee: { kind: 'group', group: 'log-delivery' }, permission: 'WRITE' },
  { grantee: { kind: 'group', group: 'log-delivery' }, permission: 'READ_ACP' },
];

/**
 * The grants of a canned ACL (S3 User Guide, "Canned ACL"). What AWS defines for
 * the other kind of thing only is ignored: `bucket-owner-*` on a bucket and
 * `log-delivery-write` on an object are `private`, and so is `aws-exec-read`, whose
 * grantee is a service of AWS.
 * @param accounts.owner account id of the owner of the thing itself
 */
export function cannedAcl(
  name: CannedAcl,
  accounts: { readonly owner: string; readonly bucketOwner: string; readonly on: 'bucket' | 'object' },
): Acl {
  const owner: Grant = { grantee: { kind: 'account', account: accounts.owner }, permission: 'FULL_CONTROL' };
  return [owner, ...furtherGrants(name, accounts)];
}

function furtherGrants(
  name: CannedAcl,
  { owner, bucketOwner, on }: { readonly owner: string; readonly bucketOwner: string; readonly on: 'bucket' | 'object' },
): Acl {
  const toBucketOwner = (permission: 'READ' | 'FULL_CONTROL'): Acl =>
    on === 'bucket' || bucketOwner === owner ? [] : [{ grantee: { kind: 'account', account: bucketOwner }, permission }];
  switch (name) {
    case 'private':
    case 'aws-exec-read':
      return [];
    case 'public-read':
      return [PUBLIC_READ];
    case 'public-read-write':
      return [PUBLIC_READ, PUBLIC_WRITE];
    case 'authenticated-read':
      return [AUTHENTICATED_READ];
    case 'bucket-owner-read':
      return toBucketOwner('READ');
    case 'bucket-owner-full-control':
      return toBucketOwner('FULL_CONTROL');
    case 'log-delivery-write':
      return on === 'bucket' ? LOG_DELIVERY : [];
  }
}

/** True when an ACL grants anything to everybody or to everybody who signs (S3 User Guide, "The meaning of public"). */
export function isPublicAcl(acl: Acl | undefined): boolean {
  if (acl === undefined) return false;
  return acl.some(({ grantee }) => grantee.kind === 'group' && grantee.group !== 'log-delivery');
}
