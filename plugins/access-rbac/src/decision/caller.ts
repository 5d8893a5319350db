import { ANONYMOUS_ACCOUNT_ID, type Principal } from '@zas/plugin-api';
import { ANONYMOUS_CANONICAL_ID } from '../accounts.js';
import type { Policy } from '../policy/policy.js';

/** The policies that hang on an identity. */
export interface IdentityPolicies {
  readonly policies: readonly Policy[];
  /** The most that it may do, whatever else allows more. */
  readonly boundary?: Policy;
  /** Likewise, for credentials made from others. */
  readonly session?: Policy;
}

/** Who asks, as policies see him. */
export interface Caller extends IdentityPolicies {
  readonly anonymous: boolean;
  /** Of its account, which may do everything that the account may. */
  readonly root: boolean;
  readonly serverRoot: boolean;
  /** Its id, see `Principal.id`; `undefined`: anonymous. */
  readonly principal: string | undefined;
  readonly account: string;
  readonly canonicalId: string;
  /** `undefined`: anonymous. */
  readonly arn: string | undefined;
  /** Of a user; roots and anonymous callers have none. */
  readonly name: string | undefined;
  readonly userId: string;
  readonly type: 'Account' | 'User' | 'Anonymous';
}

export const NO_POLICIES: IdentityPolicies = { policies: [] };

export const ANONYMOUS: Caller = {
  ...NO_POLICIES,
  anonymous: true,
  root: false,
  serverRoot: false,
  principal: undefined,
  account: ANONYMOUS_ACCOUNT_ID,
  canonicalId: ANONYMOUS_CANONICAL_ID,
  arn: undefined,
  name: undefined,
  userId: 'anonymous',
  type: 'Anonymous',
};

export function callerOf(principal: Principal, own: IdentityPolicies): Caller {
  const { account, accountRoot, serverRoot } = principal;
  const subject = principal.id.slice(principal.id.indexOf(':') + 1);
  return {
    ...own,
    anonymous: false,
    root: accountRoot,
    serverRoot,
    principal: principal.id,
    account: account.id,
    canonicalId: account.canonicalId,
    arn: `arn:aws:iam::${account.id}:${accountRoot ? 'root' : `user/${subject}`}`,
    name: accountRoot ? undefined : subject,
    userId: accountRoot ? account.id : principal.id,
    type: accountRoot ? 'Account' : 'User',
  };
}
