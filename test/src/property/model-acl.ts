import type { Account } from './model-terms.js';

export type Permission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL';

export interface Grant {
  /** `signed`: every account. */
  readonly to: Account | 'everybody' | 'signed';
  readonly permission: Permission;
}

export type Acl = readonly Grant[];

export type CannedAcl =
  | 'private'
  | 'public-read'
  | 'public-read-write'
  | 'authenticated-read'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control';

/** An ACL as a request asks for it: by name, or grant by grant. */
export type AclRequest = CannedAcl | readonly [Grant];

/** What nobody asked for: all for the owner. */
export function defaultAcl(owner: Account): Acl {
  return [{ to: owner, permission: 'FULL_CONTROL' }];
}

/** The grants of a canned ACL (S3 User Guide, "Canned ACL"); those that are asked for one by one are all. */
export function aclOf(request: AclRequest, owner: Account, bucketOwner: Account, on: 'bucket' | 'object'): Acl {
  if (typeof request !== 'string') return request;
  const toBucketOwner = on === 'object' && bucketOwner !== owner;
  const more: Record<CannedAcl, Acl> = {
    private: [],
    'public-read': [{ to: 'everybody', permission: 'READ' }],
    'public-read-write': [
      { to: 'everybody', permission: 'READ' },
      { to: 'everybody', permission: 'WRITE' },
    ],
    'authenticated-read': [{ to: 'signed', permission: 'READ' }],
    'bucket-owner-read': toBucketOwner ? [{ to: bucketOwner, permission: 'READ' }] : [],
    'bucket-owner-full-control': toBucketOwner ? [{ to: bucketOwner, permission: 'FULL_CONTROL' }] : [],
  };
  return [...defaultAcl(owner), ...more[request]];
}

/** It grants something to everybody, or to everybody who signs. */
export function isPublicAcl(acl: Acl | undefined): boolean {
  return (acl ?? []).some(({ to }) => to === 'everybody' || to === 'signed');
}

/** @param ignorePublic grants to the public do not count, nor those to whoever does not sign */
export function grants(acl: Acl, permission: Permission, who: Account, ignorePublic: boolean): boolean {
  return acl.some((grant) => {
    if (grant.permission !== permission && grant.permission !== 'FULL_CONTROL') return false;
    if (ignorePublic && (grant.to === 'everybody' || grant.to === 'signed' || grant.to === 'nobody')) return false;
    return grant.to === who || grant.to === 'everybody' || (grant.to === 'signed' && who !== 'nobody');
  });
}
