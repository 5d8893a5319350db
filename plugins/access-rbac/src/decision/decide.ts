import { ANONYMOUS_ACCOUNT_ID, deriveAccountId, type Decision, type DecidingStatement } from '@zas/plugin-api';
import { and, MAYBE, NO, not, or, YES, type Certainty } from '../policy/certainty.js';
import { evaluate, SILENT } from '../policy/evaluate-policy.js';
import type { Statement } from '../policy/policy.js';
import type { Entry } from '../policy/resource-index.js';
import { serviceOf } from '../policy/services.js';
import type { AccessRequest } from './access-request.js';
import { OBJECT_OWNER_ACTIONS } from './acl-permissions.js';
import { allowanceText, capText, denialText, identitySide, type IdentitySide } from './identity-side.js';
import { isAction } from './resource-types.js';
import { aclsCount, bucketAclSide, CLOSED, eitherSide, initiatorSide, objectAclSide, opened, policySide, type ResourceSide } from './resource-side.js';

/** Told of each rule and what it said, in order. */
export type Look = (rule: string, said: string) => void;

/** What the two sides come to. */
interface Outcome {
  readonly sure: Certainty;
  /** Which rule allowed or, where nothing did, what was missing. */
  readonly reason: string;
  /** The statement that allowed. */
  readonly by?: DecidingStatement;
  /** Where nothing allowed: what would have to, as in "no identity policy allows". */
  readonly lacks?: string;
}

/** A decision with what people ask next. */
export interface Ruling {
  readonly decision: Decision;
  readonly decidedBy?: DecidingStatement;
  readonly missing?: string;
}

const deny = (reason: string): Decision => ({ allow: false, reason });

/** AWS: the root of the owning account can always mend a policy that shuts it out. */
const MENDING_ACTIONS: ReadonlySet<string> = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']);

const SERVER_ACCOUNT = deriveAccountId('root');

const OWNING_ROOT: Decision = { allow: true, reason: 'root of the owning account' };
const OWNED: Outcome = { sure: YES, reason: OWNING_ROOT.reason };
const MENDING_ROOT: Decision = { allow: true, reason: 'root of the owning account, which can always mend its bucket policy' };

export function decide(request: AccessRequest): Decision {
  return rule(request).decision;
}

/** The one decision function. The order of its rules is in `api/access-evaluation.md`. */
export function rule(request: AccessRequest, look?: Look): Ruling {
  const { caller, action } = request;
  const refused = refusalOf(request);
  if (refused !== undefined) {
    look?.('question', refused);
    return { decision: deny(refused) };
  }
  const administration = isAdministration(request);
  const identity = identitySide(request);
  const mending = caller.root && caller.account === request.account && MENDING_ACTIONS.has(action);
  const { bucketPolicy } = request;
  if (bucketPolicy?.problem !== undefined && !mending) {
    look?.('explicit deny', 'the bucket policy cannot be read, so nothing is allowed');
    return { decision: deny(`the bucket policy cannot be read: ${bucketPolicy.problem}`) };
  }
  const verdict = bucketPolicy?.policy === undefined ? SILENT : evaluate(bucketPolicy.policy, request);
  const hangingDeny = mending ? NO : verdict.deny;
  const mends = mending && (verdict.deny !== NO || bucketPolicy?.problem !== undefined);
  if (mends) look?.('mending', 'what the bucket policy denies to its owner here does not count');
  const denied = or(identity.deny, hangingDeny);
  if (denied !== NO || look !== undefined) {
    const own = identity.deny >= hangingDeny;
    const deniedBy = own ? denialText(identity) : `the bucket policy, ${verdict.denyBy?.name}`;
    look?.('explicit deny', denied === NO ? 'none' : `${denied === YES ? 'in' : 'depends on the object, in'} ${deniedBy}`);
    const decidedBy = own ? entryNamed(identity.denyBy, identity.denyIn?.kind) : statementNamed(verdict.denyBy, 'bucket policy');
    if (denied === YES) return { decision: deny(`explicit deny in ${deniedBy}`), decidedBy };
  }

  const outcome = administration ? administer(request, identity) : weigh(request, identity, () => policySide(request, verdict), look);
  const capped = identity.cappedBy === undefined ? '' : capText(identity.cappedBy);
  if (identity.cap !== YES) look?.('boundary and session policy', `${capped} ${identity.cap === NO ? 'does not allow it' : 'depends on the object'}`);
  const sure = and(and(not(denied), outcome.sure), identity.cap);
  if (sure === YES && outcome === OWNED) return { decision: mends ? MENDING_ROOT : OWNING_ROOT };
  if (sure === YES) return { decision: { allow: true, reason: outcome.reason }, decidedBy: outcome.by };
  if (sure === MAYBE) return { decision: { allow: false, reason: 'depends on the object', needsObject: true } };
  const lacks = outcome.sure === NO ? outcome.lacks : `${capped} does not allow`;
  const decision = deny(outcome.sure === NO ? outcome.reason : `${capped} does not allow it`);
  return { decision, missing: lacks && `${lacks} ${action} on ${request.arn}` };
}

function entryNamed(entry: Entry | undefined, kind = 'identity policy'): DecidingStatement | undefined {
  return statementNamed(entry?.statement, entry?.policy.name ?? kind);
}

function statementNamed(statement: Statement | undefined, policy: string): DecidingStatement | undefined {
  return statement && { policy, statement: statement.name, effect: statement.effect };
}

/** Why it need not be asked at all. */
export function refusalOf(request: AccessRequest): string | undefined {
  const { caller, action, resource } = request;
  if (!caller.anonymous && caller.account === ANONYMOUS_ACCOUNT_ID) return 'a principal of the anonymous account';
  if (isAdministration(request)) return undefined;
  return isAction(action, resource) ? undefined : 'no such action on such a resource';
}

function isAdministration({ action, resource }: AccessRequest): boolean {
  return resource.type === 'admin' || serviceOf(action) === 'admin' || (resource.type === 'access' && resource.kind === 'account');
}

/** The server and its accounts are the server root's, and whose it lets in its own account, by policy; other accounts rule themselves only. */
function administer({ caller, resource }: AccessRequest, identity: IdentitySide): Outcome {
  if (caller.serverRoot) return { sure: YES, reason: 'root of the server' };
  const own = caller.account === SERVER_ACCOUNT && !(resource.type === 'access' && resource.kind === 'account');
  if (!own) return { sure: NO, reason: 'not the root of the server' };
  if (identity.allow === NO) return { sure: NO, reason: 'not the root of the server, and no identity policy allows it', lacks: NO_IDENTITY_POLICY };
  return { sure: identity.allow, reason: allowanceText(identity), by: entryNamed(identity.allowBy) };
}

/** Users, groups, roles, policies and keys belong to one account; the root of the server may mend each. */
function manageAccess(request: AccessRequest, identity: IdentitySide, look?: Look): Outcome {
  if (request.caller.serverRoot) return { sure: YES, reason: 'root of the server' };
  return weighFor(request.account, request, identity, () => CLOSED, look);
}

/** Resource policy, ACL and identity policy: within an account either side will do, across accounts it takes both. */
function weigh(request: AccessRequest, identity: IdentitySide, bySide: () => ResourceSide, look?: Look): Outcome {
  const { caller, resource, account, object } = request;
  if (resource.type === 'access') return manageAccess(request, identity, look);
  if (resource.type === 'service') return weighFor(caller.account, request, identity, () => CLOSED, look);
  const owned = resource.type === 'object' && aclsCount(request) && OBJECT_OWNER_ACTIONS.has(request.action);
  const byBucket = (): ResourceSide => [bySide(), bucketAclSide(request), objectAclSide(request), initiatorSide(request)].reduce(eitherSide);
  if (!owned || object === null || object?.owner === account) return weighFor(account, request, identity, byBucket, look);
  if (object !== undefined) {
    look?.('object owner', 'another account: its ACL decides, the bucket policy allows nothing');
    return weighFor(object.owner, request, identity, () => objectAclSide(request), look);
  }
  look?.('object owner', 'not known yet');
  const ours = weighFor(account, request, identity, byBucket, look);
  const others = caller.root ? MAYBE : caller.anonymous ? objectAclSide(request).allow : or(identity.allow, objectAclSide(request).allow);
  return ours.sure === NO && others === NO ? ours : { sure: MAYBE, reason: ours.reason };
}

/** @param owner the account whose word counts for the resource */
function weighFor(owner: string | undefined, request: AccessRequest, identity: IdentitySide, bySide: () => ResourceSide, look?: Look): Outcome {
  const { caller } = request;
  const within = caller.account === owner;
  if (within && caller.root) {
    look?.('owner', OWNED.reason);
    return OWNED;
  }
  const side = bySide();
  look?.('public access block', side.withheld === '' ? 'takes nothing away' : side.withheld);
  look?.('resource policy and ACL', opened(side) === NO ? 'allow nothing' : `allowed by ${side.by}${side.allow === NO ? ', to the account' : ''}`);
  if (caller.anonymous) {
    if (side.allow === NO) return missing(side, 'anonymous, and nothing is allowed to everybody', 'nothing allows everybody');
    return { sure: side.allow, reason: side.by, by: sideNamed(side) };
  }
  const own = caller.root ? YES : identity.allow;
  const ownBy = caller.root ? 'root of its account' : allowanceText(identity);
  look?.('identity policy', own === NO ? 'allows nothing' : `allowed by ${ownBy}`);
  if (within) {
    const sure = or(identity.allow, side.allow);
    if (sure !== NO && side.allow >= identity.allow) return { sure, reason: side.by, by: sideNamed(side) };
    if (sure !== NO) return { sure, reason: ownBy, by: entryNamed(identity.allowBy) };
    if (side.delegate !== NO) return missing(side, `${side.by} leaves it to the account, and no identity policy allows it`, NO_IDENTITY_POLICY);
    return missing(side, 'no identity policy, bucket policy or ACL allows it', request.settings === undefined ? NO_IDENTITY_POLICY : 'no identity policy, bucket policy or ACL allows');
  }
  const sure = and(opened(side), own);
  if (sure !== NO) return { sure, reason: `${side.by}; ${ownBy}`, by: caller.root ? sideNamed(side) : entryNamed(identity.allowBy) };
  if (opened(side) === NO) return missing(side, 'owned by another account, and nothing there allows it', `no policy or ACL of account ${owner ?? ''} allows`);
  return missing(side, `${side.by} allows it, but no identity policy of the caller does`, NO_IDENTITY_POLICY);
}

const NO_IDENTITY_POLICY = 'no identity policy allows';

function sideNamed({ statement }: ResourceSide): DecidingStatement | undefined {
  return statementNamed(statement, 'bucket policy');
}

/** What the public access block took away is the better reason. */
function missing(side: ResourceSide, reason: string, lacks: string): Outcome {
  return side.withheld === '' ? { sure: NO, reason, lacks } : { sure: NO, reason: side.withheld };
}
