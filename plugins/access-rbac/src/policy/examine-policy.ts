import type { CallContext } from '@zas/plugin-api';
import { ANONYMOUS_CANONICAL_ID } from '../accounts.js';
import type { PrincipalMatcher } from './match-principal.js';
import type { Policy, Statement } from './policy.js';
import { PolicyProblem } from './policy-problem.js';
import { isConditionKey, serviceOf, SERVICES } from './services.js';
import { wildcardOf } from './wildcard.js';

/** Who exists, as far as a policy may name them. */
export interface KnownAccounts {
  /** To be waited for before the others are asked, where accounts can change. */
  refresh?(context: CallContext): Promise<void>;
  hasAccount(accountId: string): boolean;
  hasCanonicalId(canonicalId: string): boolean;
}

type Kind = 'object' | 'bucket' | 'other';

/**
 * What only the place of a bucket's policy shows: whom and what it may name.
 * @throws PolicyProblem
 */
export function examineBucketPolicy(policy: Policy, bucket: string, known: KnownAccounts): void {
  for (const statement of policy.statements) {
    if (statement.principals !== undefined) examinePrincipals(statement.principals, known);
    if (statement.actions.patterns.some((pattern) => pattern !== '*' && serviceOf(pattern) !== 's3')) throw new PolicyProblem('Policy has invalid action');
    examineActions(statement);
    if (statement.conditions.some(({ key }) => !isConditionKey(key.lower))) throw new PolicyProblem('Policy has an invalid condition key');
    const kinds = statement.resources.texts.map((text) => kindsWithin(text, bucket));
    if (!statement.actions.negated && !statement.resources.negated) examineFit(statement.actions.patterns, new Set(kinds.flat()));
  }
}

/**
 * Names in a policy of an identity. Services that do not exist here may be named:
 * such policies are brought along.
 * @throws PolicyProblem
 */
export function examineIdentityPolicy(policy: Policy): void {
  for (const statement of policy.statements) {
    examineActions(statement);
    const own = statement.conditions.filter(({ key }) => ['aws', 'zas'].includes(serviceOf(key.lower)) || SERVICES.has(serviceOf(key.lower)));
    if (own.some(({ key }) => !isConditionKey(key.lower))) throw new PolicyProblem('Policy has an invalid condition key');
  }
}

function examineActions({ actions }: Statement): void {
  for (const pattern of actions.patterns) {
    const known = SERVICES.get(serviceOf(pattern))?.actions;
    if (known !== undefined && kindsOf(pattern, known).length === 0) throw new PolicyProblem('Policy has invalid action');
  }
}

function examinePrincipals({ accounts, canonicalIds, arns }: PrincipalMatcher, known: KnownAccounts): void {
  const named = [...accounts, ...[...arns].map((arn) => arn.split(':')[4] as string)];
  const strangers = named.some((id) => !known.hasAccount(id)) || [...canonicalIds].some((id) => id !== ANONYMOUS_CANONICAL_ID && !known.hasCanonicalId(id));
  if (strangers) throw new PolicyProblem('Invalid principal in policy');
}

/** What a resource of a bucket's policy may stand for: the bucket, objects in it, or both. */
function kindsWithin(text: string, bucket: string): readonly Kind[] {
  // A variable may become anything.
  const wildcard = wildcardOf(text.replace(/\$\{[^}]*\}/g, '*'));
  const arn = `${SERVICES.get('s3')?.arnStart ?? ''}${bucket}`;
  const kinds = [...(wildcard.matches(arn) ? (['bucket'] as const) : []), ...(wildcard.canBegin(`${arn}/`) ? (['object'] as const) : [])];
  if (kinds.length === 0) throw new PolicyProblem('Policy has invalid resource');
  return kinds;
}

/** Each action must have something to act upon. */
function examineFit(patterns: readonly string[], kinds: ReadonlySet<Kind>): void {
  const known = SERVICES.get('s3')?.actions;
  if (known === undefined) return;
  for (const pattern of patterns) {
    if (!kindsOf(pattern, known).some((kind) => kinds.has(kind))) throw new PolicyProblem('Action does not apply to any resource(s) in statement');
  }
}

function kindsOf(pattern: string, known: Readonly<Record<Kind, ReadonlySet<string>>>): readonly Kind[] {
  const wildcard = wildcardOf(pattern);
  return (['object', 'bucket', 'other'] as const).filter((kind) => [...known[kind]].some((action) => wildcard.matches(action)));
}
