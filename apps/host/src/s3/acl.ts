import type { Acl, BucketRecord, Grant } from '@zas/plugin-api';
import { aclsCount, ownershipOf } from '@zas/object-store';
import type { WireGrant } from '@zas/s3-protocol';
import { cannedAcl, invalidArgument, isPublicAcl, readAclHeaders, renderAccessControlPolicy, s3Error } from '@zas/s3-protocol';
import type { DescribedRequest } from './object-description.js';
import { ownerView } from './owner-view.js';
import type { AccessTarget, S3Call } from './s3-call.js';

type AclHeaders = NonNullable<ReturnType<typeof readAclHeaders>>;

/** Grants with the accounts that they name. Throws `InvalidArgument` for an unknown id, `MethodNotAllowed` for e-mail addresses, which AWS gave up in 2025. */
export async function resolveGrants(call: S3Call, grants: readonly WireGrant[]): Promise<Acl> {
  return Promise.all(
    grants.map(async ({ grantee, permission }): Promise<Grant> => {
      if (grantee.kind === 'group') return { grantee, permission };
      if (grantee.kind === 'email') throw s3Error('MethodNotAllowed');
      const account = await call.accountByCanonicalId(grantee.id);
      if (!account) throw invalidArgument('Invalid id', 'CanonicalUser/ID', grantee.id);
      return { grantee: { kind: 'account', account: account.id }, permission };
    }),
  );
}

/** The ACL that headers ask for. */
export async function aclOf(call: S3Call, asked: AclHeaders, owner: string, bucketOwner: string, on: 'bucket' | 'object'): Promise<Acl> {
  return asked.kind === 'canned' ? cannedAcl(asked.name, { owner, bucketOwner, on }) : resolveGrants(call, asked.grants);
}

/** Throws `AccessDenied` for an ACL that grants to the public where that is blocked. */
export function checkNotBlocked(bucket: BucketRecord, acl: Acl | undefined): void {
  if (bucket.settings.publicAccessBlock?.blockPublicAcls && isPublicAcl(acl)) throw s3Error('AccessDenied');
}

/**
 * Where ACLs are switched off they cannot be set; but older clients give an object what
 * it has anyway, full control for the owner, and from the owner's account that may pass.
 * Throws `AccessControlListNotSupported` for anything else.
 */
export async function requireGivenAnyway(call: S3Call, document: Parameters<typeof requestedAcl>[3]): Promise<void> {
  const { bucket } = call;
  const acl = call.caller === bucket.owner ? await requestedAcl(call, bucket.owner, 'object', document) : [];
  const own = acl.every(({ grantee, permission }) => grantee.kind === 'account' && grantee.account === bucket.owner && permission === 'FULL_CONTROL');
  if (!own || acl.length === 0) throw s3Error('AccessControlListNotSupported');
}

/** Throws `AccessControlListNotSupported` where ACLs are switched off. */
export function requireAcls(bucket: BucketRecord): void {
  if (!aclsCount(bucket)) throw s3Error('AccessControlListNotSupported');
}

/** What the ACL headers of a request that makes an object mean for its owner and its ACL. */
export interface NewObjectAcl {
  /** The bucket's owner is to own it, if the bucket leaves that to the writer's word. */
  readonly handedOver: boolean;
  /** To be asked for once the owner is known; absent: the default. */
  readonly acl?: (owner: string) => Promise<Acl>;
}

/**
 * Reads the ACL headers of PutObject and its like. Where ACLs are switched off only
 * full control for the bucket's owner may be asked for, which is so anyway; `private`
 * is that when it comes from his account.
 * Throws `AccessControlListNotSupported` and what `readAclHeaders` throws.
 */
export async function readNewObjectAcl(call: S3Call, { headers, target }: DescribedRequest): Promise<NewObjectAcl> {
  const asked = readAclHeaders(headers);
  const { bucket } = call;
  if (!asked) return { handedOver: false };
  const handedOver = asked.kind === 'canned' && asked.name === 'bucket-owner-full-control';
  if (ownershipOf(bucket) === 'BucketOwnerEnforced') {
    if (!handedOver && !(await isFullControlOfOwner(call, asked))) throw s3Error('AccessControlListNotSupported');
    return { handedOver: true };
  }
  await authorizeOwnAcl(call, target);
  return {
    handedOver,
    acl: async (owner) => {
      const acl = await aclOf(call, asked, owner, bucket.owner, 'object');
      checkNotBlocked(bucket, acl);
      return acl;
    },
  };
}

/**
 * Who stores an object gives it its first ACL as its owner, so the bucket need not
 * allow it besides; its policy may deny it, and a user's own policies must allow it
 * (S3 User Guide, "Bucket owner granting cross-account permission to upload objects").
 */
async function authorizeOwnAcl(call: S3Call, target: AccessTarget | undefined): Promise<void> {
  if (!call.context.principal) return;
  const { bucket, key } = target ?? { bucket: call.bucket, key: call.key };
  await call.authorize('s3:PutObjectAcl', { bucket, key, object: { owner: call.caller } });
}

async function isFullControlOfOwner(call: S3Call, asked: AclHeaders): Promise<boolean> {
  if (asked.kind === 'canned') return asked.name === 'private' && call.caller === call.bucket.owner;
  const owner = await call.account(call.bucket.owner);
  return asked.grants.every(({ grantee, permission }) => permission === 'FULL_CONTROL' && grantee.kind === 'canonical' && grantee.id === owner.canonicalId);
}

/** The document that shows an ACL; absent: full control for the owner. */
export async function renderAcl(call: S3Call, owner: string, acl: Acl | undefined): Promise<string> {
  const own: Acl = acl ?? [{ grantee: { kind: 'account', account: owner }, permission: 'FULL_CONTROL' }];
  // AWS gives no order; clients that take the first two grants of a canned ACL find the group first.
  const shown = [...own].sort((a, b) => Number(a.grantee.kind === 'account') - Number(b.grantee.kind === 'account'));
  const grants = await Promise.all(
    shown.map(async ({ grantee, permission }) => {
      if (grantee.kind === 'group') return { grantee, permission };
      const { id, displayName } = await ownerView(call, grantee.account);
      return { grantee: { kind: 'canonical' as const, id, displayName }, permission };
    }),
  );
  return renderAccessControlPolicy({ owner: await ownerView(call, owner), grants });
}

/**
 * The ACL that PutBucketAcl or PutObjectAcl asks for: by headers or by document, not both.
 * Throws `AccessDenied` when the document names another owner, and as {@link resolveGrants}.
 */
export async function requestedAcl(
  call: S3Call,
  owner: string,
  on: 'bucket' | 'object',
  document: { ownerId: string; grants: readonly WireGrant[] } | undefined,
): Promise<Acl> {
  const asked = readAclHeaders(call.headers);
  if (asked && document) throw s3Error('UnexpectedContent');
  if (asked) return aclOf(call, asked, owner, call.bucket.owner, on);
  if (!document) throw s3Error('MissingSecurityHeader');
  const { canonicalId } = await call.account(owner);
  if (document.ownerId !== canonicalId) throw s3Error('AccessDenied');
  return resolveGrants(call, document.grants);
}
