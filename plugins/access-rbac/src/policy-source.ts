import type { CallContext, Principal } from '@zas/plugin-api';
import { NO_POLICIES, type IdentityPolicies } from './decision/caller.js';

/** Tells which policies hang on a principal, himself and through groups and roles. */
export interface PolicySource {
  /**
   * The same object while nothing about it changes, and another one after: what was
   * decided by it is kept with it. A promise only where it must be read.
   */
  of(context: CallContext, principal: Principal): IdentityPolicies | Promise<IdentityPolicies>;
}

/** Policies that never change. @param identities by the principals' ids; who is not in it has none */
export function fixedPolicies(identities: ReadonlyMap<string, IdentityPolicies>): PolicySource {
  return { of: (_context, { id }) => identities.get(id) ?? NO_POLICIES };
}
