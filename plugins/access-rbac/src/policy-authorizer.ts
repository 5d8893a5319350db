import type { Authorizer, CallContext, Decision, Narrowing, PolicyReport, Principal, Question } from '@zas/plugin-api';
import { AccessRequest } from './decision/access-request.js';
import { ANONYMOUS, callerOf, NO_POLICIES, type Caller, type IdentityPolicies } from './decision/caller.js';
import { decide } from './decision/decide.js';
import { narrow } from './decision/narrow.js';
import { examineBucketPolicy, type KnownAccounts } from './policy/examine-policy.js';
import { isPublic } from './policy/is-public.js';
import { parsePolicy } from './policy/parse-policy.js';
import { PolicyCache } from './policy/policy-cache.js';
import { problemOf } from './policy/policy-problem.js';

/** Decides by policies, ACLs and ownership: see `api/access-evaluation.md`. */
export class PolicyAuthorizer implements Authorizer {
  readonly #known: KnownAccounts;
  readonly #identities: ReadonlyMap<string, IdentityPolicies>;
  readonly #policies = new PolicyCache();
  readonly #callers = new WeakMap<Principal, Caller>();

  /** @param identities what hangs on principals, by their ids; who is not in it has no policies */
  constructor(known: KnownAccounts, identities: ReadonlyMap<string, IdentityPolicies>) {
    this.#known = known;
    this.#identities = identities;
  }

  async decide(_context: CallContext, question: Question): Promise<Decision> {
    return decide(this.#request(question));
  }

  async decideMany(_context: CallContext, questions: readonly Question[]): Promise<readonly Decision[]> {
    return questions.map((question) => decide(this.#request(question)));
  }

  async narrow(_context: CallContext, question: Question): Promise<Narrowing> {
    return narrow(this.#request(question));
  }

  async explain(_context: CallContext, question: Question): Promise<Decision & { readonly steps: readonly string[] }> {
    const steps: string[] = [];
    const decision = decide(this.#request(question), (rule, said) => void steps.push(`${rule}: ${said}`));
    return { ...decision, steps: [...steps, `decision: ${decision.allow ? 'allowed' : 'denied'}, ${decision.reason}`] };
  }

  async examinePolicy(_context: CallContext, policy: string, bucket: { readonly name: string }): Promise<PolicyReport> {
    let open = false;
    const problem = problemOf(() => {
      const parsed = parsePolicy(policy, 'resource');
      open = isPublic(parsed);
      examineBucketPolicy(parsed, bucket.name, this.#known);
    });
    return problem === undefined ? { public: open } : { problem, public: open };
  }

  #request({ principal, action, resource, attributes }: Question): AccessRequest {
    const hanging = 'ownerAccount' in resource ? this.#policies.of(resource.settings) : undefined;
    return new AccessRequest(this.#caller(principal), action, resource, hanging, attributes);
  }

  #caller(principal: Principal | undefined): Caller {
    if (principal === undefined) return ANONYMOUS;
    let found = this.#callers.get(principal);
    if (found === undefined) {
      found = callerOf(principal, this.#identities.get(principal.id) ?? NO_POLICIES);
      this.#callers.set(principal, found);
    }
    return found;
  }
}
