import type { Acl } from '@zas/plugin-api';
import { MAYBE, NO, or, YES, type Certainty } from '../policy/certainty.js';
import type { Verdict } from '../policy/evaluate-policy.js';
import type { Statement } from '../policy/policy.js';
import type { AccessRequest } from './access-request.js';
import { BUCKET_ACL_PERMISSIONS, grantsIn, OBJECT_ACL_PERMISSIONS } from './acl-permissions.js';

/** What hangs on the resource and lets the caller in. */
export interface ResourceSide {
  /** Himself, by name or as one of everybody. */
  readonly allow: Certainty;
  /** His account, which must agree. */
  readonly delegate: Certainty;
  /** What let him in. */
  readonly by: string;
  /** The statement of a policy that did. */
  readonly statement?: Statement;
  /** Why something else did not count. */
  readonly withheld: string;
}

export const CLOSED: ResourceSide = { allow: NO, delegate: NO, by: '', withheld: '' };

const POLICY_WITHHELD = 'public access block: the bucket policy is public, so it counts for the owning account only';
const ACL_WITHHELD = 'public access block: grants to the public do not count';
const OTHERS_OBJECT = 'the bucket ACL lets objects be written, not those of others be deleted';

/** ACLs count at all. */
export function aclsCount({ settings }: AccessRequest): boolean {
  return settings?.objectOwnership !== undefined && settings.objectOwnership !== 'BucketOwnerEnforced';
}

/** A public policy counts for the owner's account only, where the bucket says so. */
export function policyCounts({ bucketPolicy, settings, caller, account }: AccessRequest): boolean {
  return bucketPolicy?.public !== true || settings?.publicAccessBlock?.restrictPublicBuckets !== true || caller.account === account;
}

/** What the bucket's policy allows. */
export function policySide(request: AccessRequest, verdict: Verdict): ResourceSide {
  if (verdict.allow === NO && verdict.delegate === NO) return CLOSED;
  if (!policyCounts(request)) return { ...CLOSED, withheld: POLICY_WITHHELD };
  const statement = verdict.allow >= verdict.delegate ? verdict.allowBy : verdict.delegateBy;
  return { allow: verdict.allow, delegate: verdict.delegate, by: `bucket policy, ${statement?.name}`, statement, withheld: '' };
}

/** The bucket's ACL: absent, it grants to the owner only, who needs no grant. */
export function bucketAclSide(request: AccessRequest): ResourceSide {
  const { settings, caller, action, resource } = request;
  const permission = BUCKET_ACL_PERMISSIONS.get(action);
  if (permission === undefined || settings?.acl === undefined || !aclsCount(request)) return CLOSED;
  const { publicly, account, withheld } = grantsIn(settings.acl, permission, caller, ignoresPublic(request));
  const fits = (resource.type === 'object') === (permission === 'WRITE');
  const sure = !fits ? NO : action === 's3:DeleteObject' ? mayDelete(request) : YES;
  return {
    allow: publicly || (account && caller.anonymous) ? sure : NO,
    delegate: account ? sure : NO,
    by: 'bucket ACL',
    withheld: withheld ? ACL_WITHHELD : (publicly || account) && sure === NO ? OTHERS_OBJECT : '',
  };
}

/** The object's ACL; while nobody has looked, what it might grant. */
export function objectAclSide(request: AccessRequest): ResourceSide {
  const { object, caller, action } = request;
  const permission = OBJECT_ACL_PERMISSIONS.get(action);
  if (permission === undefined || object === null || !aclsCount(request)) return CLOSED;
  if (object === undefined) {
    const shut = caller.anonymous && ignoresPublic(request);
    return shut ? { ...CLOSED, withheld: ACL_WITHHELD } : { allow: MAYBE, delegate: MAYBE, by: 'object ACL', withheld: '' };
  }
  const acl: Acl = object.acl ?? [{ grantee: { kind: 'account', account: object.owner }, permission: 'FULL_CONTROL' }];
  const { publicly, account, withheld } = grantsIn(acl, permission, caller, ignoresPublic(request));
  return {
    allow: publicly || (account && caller.anonymous) ? YES : NO,
    delegate: account ? YES : NO,
    by: 'object ACL',
    withheld: withheld ? ACL_WITHHELD : '',
  };
}

/** Whatever lets in, lets in. */
export function eitherSide(one: ResourceSide, other: ResourceSide): ResourceSide {
  if (one === CLOSED) return other;
  if (other === CLOSED) return one;
  const first = or(one.allow, one.delegate) >= or(other.allow, other.delegate) ? one : other;
  const { by, statement } = first;
  return { allow: or(one.allow, other.allow), delegate: or(one.delegate, other.delegate), by, statement, withheld: one.withheld || other.withheld };
}

/** What both allow and delegate say of the resource's owner. */
export function opened({ allow, delegate }: ResourceSide): Certainty {
  return or(allow, delegate);
}

function ignoresPublic({ settings }: AccessRequest): boolean {
  return settings?.publicAccessBlock?.ignorePublicAcls === true;
}

/** The grant alone lets nobody delete what neither he nor his bucket holds. */
function mayDelete({ object, caller, account }: AccessRequest): Certainty {
  if (caller.account === account) return YES;
  if (object === undefined) return MAYBE;
  return object?.owner === caller.account ? YES : NO;
}

const INITIATOR_ACTIONS: ReadonlySet<string> = new Set(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts']);

/** Who began a multipart upload, and the root of his account, may list its parts and abort it. */
export function initiatorSide({ resource, caller, action }: AccessRequest): ResourceSide {
  if (resource.type !== 'object' || resource.initiator === undefined || caller.anonymous || !INITIATOR_ACTIONS.has(action)) return CLOSED;
  const { principal, account } = resource.initiator;
  // Ids of principals are an account's own: another one may have somebody of that name.
  const his = account === caller.account && (principal === caller.principal || caller.root);
  return his ? { allow: YES, delegate: NO, by: 'initiator of the upload', withheld: '' } : CLOSED;
}
