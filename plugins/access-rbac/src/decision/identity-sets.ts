import type { Policy } from '../policy/policy.js';
import { StatementSet } from '../policy/statement-set.js';

/**
 * The policies that hang on an identity. What is made of them hangs on this object:
 * whoever changes them makes a new one.
 */
export interface IdentityPolicies {
  readonly policies: readonly Policy[];
  /** The most that it may do, whatever else allows more. */
  readonly boundary?: Policy;
  /** Likewise, for credentials made from others: each must allow. What a principal brings along comes on top. */
  readonly sessions?: readonly Policy[];
}

/** Something that must allow too, whatever else does. */
export interface Cap {
  readonly kind: 'permissions boundary' | 'session policy';
  readonly set: StatementSet;
}

/** The same, ready to be asked. */
export interface IdentitySets {
  readonly own: StatementSet;
  readonly caps: readonly Cap[];
}

export const NO_POLICIES: IdentityPolicies = { policies: [] };

const MADE = new WeakMap<IdentityPolicies, IdentitySets>();
const SESSIONS = new WeakMap<Policy, Cap>();

/** Made once for as long as the policies live. */
export function setsOf(policies: IdentityPolicies): IdentitySets {
  let found = MADE.get(policies);
  if (found === undefined) {
    const boundary = policies.boundary === undefined ? [] : [{ kind: 'permissions boundary', set: new StatementSet([policies.boundary]) } as const];
    found = { own: new StatementSet(policies.policies), caps: [...boundary, ...(policies.sessions ?? []).map(sessionCap)] };
    MADE.set(policies, found);
  }
  return found;
}

export function sessionCap(policy: Policy): Cap {
  let found = SESSIONS.get(policy);
  if (found === undefined) SESSIONS.set(policy, (found = { kind: 'session policy', set: new StatementSet([policy]) }));
  return found;
}
