import type { Authorizer, CallContext, Decision, Explanation, Narrowing, PolicyReport, Principal, Question } from '@zas/plugin-api';
import { AccessRequest } from './decision/access-request.js';
import { ANONYMOUS, callerOf, NO_POLICIES, type Caller, type IdentityPolicies } from './decision/caller.js';
import { decide, rule } from './decision/decide.js';
import { narrow } from './decision/narrow.js';
import { examineBucketPolicy, type KnownAccounts } from './policy/examine-policy.js';
import { isPublic } from './policy/is-public.js';
import { parsePolicy } from './policy/parse-policy.js';
import { PolicyCache } from './policy/policy-cache.js';
import { problemOf } from './policy/policy-problem.js';
import { SessionPolicies } from './policy/session-policies.js';
import { VerdictCache } from './policy/verdict-cache.js';
import type { PolicySource } from './policy-source.js';

/** Decides by policies, ACLs and ownership: see `api/access-evaluation.md`. */
export class PolicyAuthorizer implements Authorizer {
  readonly #known: KnownAccounts;
  readonly #source: PolicySource;
  readonly #policies = new PolicyCache();
  readonly #sessions = new SessionPolicies();
  readonly #verdicts = new VerdictCache();
  readonly #callers = new WeakMap<Principal, { readonly own: IdentityPolicies; readonly caller: Caller }>();

  constructor(known: KnownAccounts, source: PolicySource) {
    this.#known = known;
    this.#source = source;
  }

  async decide(context: CallContext, question: Question): Promise<Decision> {
    const own = this.#own(context, question.principal);
    return decide(this.#request(question, own instanceof Promise ? await own : own));
  }

  async decideMany(context: CallContext, questions: readonly Question[]): Promise<readonly Decision[]> {
    const decisions: Decision[] = [];
    for (const question of questions) {
      const own = this.#own(context, question.principal);
      decisions.push(decide(this.#request(question, own instanceof Promise ? await own : own)));
    }
    return decisions;
  }

  async narrow(context: CallContext, question: Question): Promise<Narrowing> {
    return narrow(this.#request(question, await this.#own(context, question.principal)));
  }

  async explain(context: CallContext, question: Question): Promise<Explanation> {
    return this.explainWith(await this.#own(context, question.principal), question);
  }

  /** As if these policies hung on the principal, whatever does. */
  decideWith(policies: IdentityPolicies, question: Question): Decision {
    return decide(this.#request(question, policies));
  }

  explainWith(policies: IdentityPolicies, question: Question): Explanation {
    const steps: string[] = [];
    const { decision, decidedBy, missing } = rule(this.#request(question, policies), (name, said) => void steps.push(`${name}: ${said}`));
    steps.push(`decision: ${decision.allow ? 'allowed' : 'denied'}, ${decision.reason}`);
    return { ...decision, steps, ...(decidedBy && { decidedBy }), ...(missing !== undefined && { missing }) };
  }

  /** Whether some request of the principal could be allowed; `conditional`: it hangs on the request or on the object. */
  couldAllow(policies: IdentityPolicies, principal: Principal | undefined, question: Question): 'yes' | 'no' | 'conditional' {
    const { allow, needsObject } = decide(this.#request({ ...question, principal }, policies, true));
    return allow ? 'yes' : needsObject === true ? 'conditional' : 'no';
  }

  async examinePolicy(context: CallContext, policy: string, bucket: { readonly name: string }): Promise<PolicyReport> {
    await this.#known.refresh?.(context);
    let open = false;
    const problem = problemOf(() => {
      const parsed = parsePolicy(policy, 'resource');
      open = isPublic(parsed);
      examineBucketPolicy(parsed, bucket.name, this.#known);
    });
    return problem === undefined ? { public: open } : { problem, public: open };
  }

  #own(context: CallContext, principal: Principal | undefined): IdentityPolicies | Promise<IdentityPolicies> {
    return principal === undefined ? NO_POLICIES : this.#source.of(context, principal);
  }

  #request({ principal, action, resource, attributes }: Question, own: IdentityPolicies, supposing = false): AccessRequest {
    const hanging = 'ownerAccount' in resource ? this.#policies.of(resource.settings) : undefined;
    return new AccessRequest(this.#caller(principal, own), action, resource, hanging, attributes, { verdicts: this.#verdicts, supposing });
  }

  #caller(principal: Principal | undefined, own: IdentityPolicies): Caller {
    if (principal === undefined) return ANONYMOUS;
    const known = this.#callers.get(principal);
    if (known?.own === own) return known.caller;
    const caller = callerOf(principal, own, principal.sessionPolicies && this.#sessions.of(principal.sessionPolicies));
    this.#callers.set(principal, { own, caller });
    return caller;
  }
}
