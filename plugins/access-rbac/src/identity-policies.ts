import type { IdentityConfig } from './config.js';
import type { IdentityPolicies } from './decision/caller.js';
import { examineIdentityPolicy } from './policy/examine-policy.js';
import { parsePolicy } from './policy/parse-policy.js';
import type { Policy } from './policy/policy.js';
import { problemOf } from './policy/policy-problem.js';

/** A policy from the config, or why it is none. */
export function compileIdentityPolicy(document: string | Readonly<Record<string, unknown>>): { readonly policy?: Policy; readonly problem?: string } {
  let policy: Policy | undefined;
  const problem = problemOf(() => {
    policy = parsePolicy(typeof document === 'string' ? document : JSON.stringify(document), 'identity');
    examineIdentityPolicy(policy);
  });
  return problem === undefined ? { policy } : { problem };
}

/** What hangs on an identity. The config's schema has let none through that cannot be compiled. */
export function identityPolicies({ policies = [], boundary }: Pick<IdentityConfig, 'policies' | 'boundary'>): IdentityPolicies {
  return { policies: policies.map(compiled), ...(boundary === undefined ? {} : { boundary: compiled(boundary) }) };
}

function compiled(document: string | Readonly<Record<string, unknown>>): Policy {
  const { policy, problem } = compileIdentityPolicy(document);
  if (policy === undefined) throw new Error(`A policy of an identity cannot be compiled: ${problem}`);
  return policy;
}
