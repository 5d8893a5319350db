import { ANONYMOUS_ACCOUNT_ID, type Principal } from '@zas/plugin-api';
import { ANONYMOUS_CANONICAL_ID } from '../accounts.js';
import type { Policy } from '../policy/policy.js';
import { NO_POLICIES, sessionCap, setsOf, type IdentityPolicies, type IdentitySets } from './identity-sets.js';

export { NO_POLICIES, type IdentityPolicies } from './identity-sets.js';

/** Who asks, as policies see him. */
export interface Caller extends IdentitySets {
  readonly anonymous: boolean;
  /** Of its account, which may do everything that the account may. */
  readonly root: boolean;
  readonly serverRoot: boolean;
  /** Its id, see `Principal.id`; `undefined`: anonymous. */
  readonly principal: string | undefined;
  readonly account: string;
  readonly canonicalId: string;
  /** What `aws:PrincipalArn` says; `undefined`: anonymous. */
  readonly arn: string | undefined;
  /** By which policies name it: a user's, or a session's and its role's. */
  readonly arns: readonly string[];
  /** Of a user; roots, roles and anonymous callers have none. */
  readonly name: string | undefined;
  readonly userId: string;
  readonly type: 'Account' | 'User' | 'AssumedRole' | 'Anonymous';
  readonly claims: NonNullable<Principal['claims']>;
  readonly issuedAt: number | undefined;
}

export const ANONYMOUS: Caller = {
  ...setsOf(NO_POLICIES),
  anonymous: true,
  root: false,
  serverRoot: false,
  principal: undefined,
  account: ANONYMOUS_ACCOUNT_ID,
  canonicalId: ANONYMOUS_CANONICAL_ID,
  arn: undefined,
  arns: [],
  name: undefined,
  userId: 'anonymous',
  type: 'Anonymous',
  claims: {},
  issuedAt: undefined,
};

/** @param sessions what the principal's credential brings along, compiled */
export function callerOf(principal: Principal, policies: IdentityPolicies, sessions: readonly Policy[] = []): Caller {
  const { account, claims = {}, issuedAt } = principal;
  const { own, caps } = setsOf(policies);
  return {
    own,
    caps: sessions.length === 0 ? caps : [...caps, ...sessions.map(sessionCap)],
    anonymous: false,
    principal: principal.id,
    account: account.id,
    canonicalId: account.canonicalId,
    ...namesOf(principal),
    claims,
    issuedAt,
  };
}

type Names = Pick<Caller, 'root' | 'serverRoot' | 'arn' | 'arns' | 'name' | 'userId' | 'type'>;

/** Whoever has a role's permissions has not its own, be it the root's. */
function namesOf({ id, account, accountRoot, serverRoot, assumedRole: role }: Principal): Names {
  if (role !== undefined) {
    const arn = `arn:aws:iam::${account.id}:role/${role}`;
    const session = `arn:aws:sts::${account.id}:assumed-role/${role}/${id.slice(id.lastIndexOf('/') + 1)}`;
    return { root: false, serverRoot: false, arn, arns: [session, arn], name: undefined, userId: id, type: 'AssumedRole' };
  }
  if (accountRoot) {
    const arn = `arn:aws:iam::${account.id}:root`;
    return { root: true, serverRoot, arn, arns: [arn], name: undefined, userId: account.id, type: 'Account' };
  }
  const name = userNameOf(id);
  const arn = `arn:aws:iam::${account.id}:user/${name}`;
  return { root: false, serverRoot, arn, arns: [arn], name, userId: id, type: 'User' };
}

/** Issuers of the server's own users; no two of theirs have the same name. */
const OWN_ISSUERS: ReadonlySet<string> = new Set(['config', 'local']);

/**
 * A user's name to policies: the subject, and for who comes from elsewhere `ISSUER/SUBJECT`, so that
 * nobody is taken for somebody of that name here.
 */
export function userNameOf(principalId: string): string {
  const colon = principalId.indexOf(':');
  const [issuer, subject] = [principalId.slice(0, colon), principalId.slice(colon + 1)];
  return OWN_ISSUERS.has(issuer) ? subject : `${issuer}/${subject}`;
}
