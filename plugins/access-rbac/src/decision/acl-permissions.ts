import { ANONYMOUS_ACCOUNT_ID, type Acl, type AclPermission, type Grantee } from '@zas/plugin-api';
import type { Caller } from './caller.js';

/** AWS's "Mapping of ACL permissions and access policy permissions", the other way round. */
export const BUCKET_ACL_PERMISSIONS: ReadonlyMap<string, AclPermission> = new Map<string, AclPermission>([
  ['s3:ListBucket', 'READ'],
  ['s3:ListBucketVersions', 'READ'],
  ['s3:ListBucketMultipartUploads', 'READ'],
  ['s3:PutObject', 'WRITE'],
  ['s3:DeleteObject', 'WRITE'],
  ['s3:GetBucketAcl', 'READ_ACP'],
  ['s3:PutBucketAcl', 'WRITE_ACP'],
]);

export const OBJECT_ACL_PERMISSIONS: ReadonlyMap<string, AclPermission> = new Map<string, AclPermission>([
  ['s3:GetObject', 'READ'],
  ['s3:GetObjectVersion', 'READ'],
  ['s3:GetObjectAcl', 'READ_ACP'],
  ['s3:GetObjectVersionAcl', 'READ_ACP'],
  ['s3:PutObjectAcl', 'WRITE_ACP'],
  ['s3:PutObjectVersionAcl', 'WRITE_ACP'],
]);

/**
 * Where ACLs count, the account that owns the object decides these, whoever owns the
 * bucket. All else is the bucket owner's: what is stored, removed, tagged and locked
 * in his bucket.
 */
export const OBJECT_OWNER_ACTIONS: ReadonlySet<string> = new Set([
  ...OBJECT_ACL_PERMISSIONS.keys(),
  's3:GetObjectAttributes',
  's3:GetObjectVersionAttributes',
  's3:GetObjectTorrent',
  's3:GetObjectVersionTorrent',
]);

/** Whom an ACL's grants reach. */
export interface AclGrants {
  /** As everybody, or everybody who signs. */
  readonly publicly: boolean;
  /** As an account. */
  readonly account: boolean;
  /** A grant to the public would have, but none counts. */
  readonly withheld: boolean;
}

export function grantsIn(acl: Acl, permission: AclPermission, caller: Caller, ignorePublic: boolean): AclGrants {
  let [publicly, account, withheld] = [false, false, false];
  for (const grant of acl) {
    if (grant.permission !== permission && grant.permission !== 'FULL_CONTROL') continue;
    if (!reaches(grant.grantee, caller)) continue;
    if (ignorePublic && isPublicGrantee(grant.grantee)) withheld = true;
    else if (grant.grantee.kind === 'account') account = true;
    else publicly = true;
  }
  return { publicly, account, withheld };
}

function reaches(grantee: Grantee, caller: Caller): boolean {
  if (grantee.kind === 'account') return grantee.account === caller.account;
  return grantee.group === 'all-users' || (grantee.group === 'authenticated-users' && !caller.anonymous);
}

/** Anybody can be the anonymous account, so a grant to it is one to the public. */
function isPublicGrantee(grantee: Grantee): boolean {
  return grantee.kind === 'group' ? grantee.group !== 'log-delivery' : grantee.account === ANONYMOUS_ACCOUNT_ID;
}
