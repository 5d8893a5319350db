import { StoreError } from '@zas/plugin-api';
import type { AccessRequest } from '../decision/access-request.js';
import { NO, YES } from '../policy/certainty.js';
import { namingOf, reaches, type Naming, type PrincipalMatcher } from '../policy/match-principal.js';
import { parsePolicy } from '../policy/parse-policy.js';
import type { Policy, Statement } from '../policy/policy.js';
import { problemOf } from '../policy/policy-problem.js';

/** Throws `invalid-argument` for a document that cannot say who may take on a role. */
export function requireTrustPolicy(document: string): void {
  const problem = problemOf(() => void parsePolicy(document, 'trust'));
  if (problem !== undefined) throw new StoreError('invalid-argument', problem);
}

/** As stored; one that cannot be read any more trusts nobody. */
export function trustPolicyOf(document: string | undefined): Policy | undefined {
  let policy: Policy | undefined;
  if (document !== undefined) problemOf(() => (policy = parsePolicy(document, 'trust')));
  return policy;
}

/**
 * How a role trusts who asks: himself, his account, which then has a say too, or not at all.
 * @param request the caller, and what conditions are about
 * @param providers names of the identity provider that vouches for him; absent: he signs himself
 */
export function trusts(policy: Policy, request: AccessRequest, providers?: readonly string[]): Naming {
  const { denies, allows } = policy.statementsFor(request.action);
  const denied = denies.some((statement) => isNamed(statement, request, providers) && mayHold(statement, request));
  if (denied) return 'none';
  let found: Naming = 'none';
  for (const statement of allows) {
    const naming = namingIn(statement, request, providers);
    if (naming === 'none' || !holds(statement, request)) continue;
    if (naming === 'direct') return 'direct';
    found = 'account';
  }
  return found;
}

function namingIn({ principals }: Statement, { caller }: AccessRequest, providers: readonly string[] | undefined): Naming {
  if (principals === undefined) return 'none';
  if (providers === undefined) return namingOf(principals, caller);
  return vouches(principals, providers) ? 'direct' : 'none';
}

function isNamed({ principals }: Statement, { caller }: AccessRequest, providers: readonly string[] | undefined): boolean {
  if (principals === undefined) return false;
  if (providers === undefined) return reaches(principals, caller);
  return principals.everyone || vouches(principals, providers) !== principals.negated;
}

/** Only by name: an Allow for everybody would be for every token of every issuer. */
function vouches({ federated }: PrincipalMatcher, providers: readonly string[]): boolean {
  return federated.some((name) => providers.includes(name));
}

function holds({ conditions }: Statement, request: AccessRequest): boolean {
  return conditions.every((condition) => condition.test(request) === YES);
}

function mayHold({ conditions }: Statement, request: AccessRequest): boolean {
  return conditions.every((condition) => condition.test(request) !== NO);
}
