import type { Narrowing } from '@zas/plugin-api';
import { NO } from '../policy/certainty.js';
import type { Applicable } from '../policy/policy.js';
import type { AccessRequest } from './access-request.js';
import { OBJECT_OWNER_ACTIONS } from './acl-permissions.js';
import { decide, refusalOf } from './decide.js';
import { ANYTHING, EVERYTHING, intersection, isEmpty, NOTHING, union, type PrefixSet } from './prefix-set.js';
import { aclsCount, bucketAclSide, policyCounts } from './resource-side.js';
import { OBJECT_ACTIONS, scopeOf, type PolicyScope } from './statement-scope.js';

const NONE: Narrowing = { allowedPrefixes: [], deniedPrefixes: [], residual: false };
/** The actions that have the key `s3:prefix`. */
const LISTINGS: ReadonlySet<string> = new Set(['s3:ListBucket', 's3:ListBucketVersions']);
interface Speaking {
  statementsFor(action: string): Applicable;
}

const SILENT: PolicyScope = { denied: NOTHING, allowed: NOTHING, delegated: NOTHING };

/**
 * The same order of rules, over sets of keys or names instead of one. Where a set cannot be
 * told by prefixes, it is taken too large, and `residual` says so.
 */
export function narrow(request: AccessRequest): Narrowing {
  const { caller, resource, bucketPolicy } = request;
  const aboutKeys = resource.type === 'bucket' && (LISTINGS.has(request.action) || OBJECT_ACTIONS.has(request.action));
  const aboutNames = resource.type === 'repository' && resource.repository === '';
  if (!aboutKeys && !aboutNames) return decide(request).allow ? { ...NONE, allowedPrefixes: [''] } : NONE;
  if (refusalOf(request) !== undefined || bucketPolicy?.problem !== undefined) return NONE;
  const scope = (policies: Speaking | undefined): PolicyScope => (policies === undefined ? SILENT : scopeOf(policies.statementsFor(request.action), request));
  const hanging = scope(bucketPolicy?.policy);
  if (aboutNames && caller.account !== request.account && isEmpty(hanging.allowed) && isEmpty(hanging.delegated)) return NONE;
  const identity = scope(caller.own);
  const caps = caller.caps.map(({ set }) => scope(set));

  const denied = union([identity, ...caps, hanging].map((one) => one.denied));
  if (!denied.rough && denied.prefixes.includes('')) return NONE;
  let allowed = sidesOf(request, identity.allowed, hanging);
  for (const cap of caps) allowed = intersection(allowed, cap.allowed);
  if (isEmpty(allowed)) return NONE;
  return {
    allowedPrefixes: allowed.prefixes,
    // A rough set holds too much: what it denies is asked key by key.
    deniedPrefixes: denied.rough ? [] : denied.prefixes,
    ...(allowed.names.length > 0 && { allowedNames: allowed.names }),
    ...(denied.names.length > 0 && !denied.rough && { deniedNames: denied.names }),
    residual: allowed.rough || denied.rough,
  };
}

function sidesOf(request: AccessRequest, identity: PrefixSet, hanging: PolicyScope): PrefixSet {
  const { caller, account, action } = request;
  if (aclsCount(request) && OBJECT_OWNER_ACTIONS.has(action)) return ANYTHING;
  const counts = policyCounts(request);
  const acl = bucketAclSide(request);
  const direct = union([counts ? hanging.allowed : NOTHING, acl.allow === NO ? NOTHING : EVERYTHING]);
  if (caller.anonymous) return direct;
  if (caller.account === account) return caller.root ? EVERYTHING : union([identity, direct]);
  const side = union([direct, counts ? hanging.delegated : NOTHING, acl.delegate === NO ? NOTHING : EVERYTHING]);
  return caller.root ? side : intersection(side, identity);
}
