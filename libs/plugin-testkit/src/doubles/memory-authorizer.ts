import type { Authorizer, CallContext, Decision, Narrowing, PolicyReport, Question } from '@zas/plugin-api';

/** Allows what was granted by hand: a principal, an action, a bucket or `*`. All else is denied. */
export class MemoryAuthorizer implements Authorizer {
  readonly #grants = new Set<string>();

  grant(principalId: string, action: string, bucket: string): this {
    this.#grants.add(`${principalId} ${action} ${bucket}`);
    return this;
  }

  async decide(_context: CallContext, { principal, action, resource }: Question): Promise<Decision> {
    const place = 'bucket' in resource ? resource.bucket : '*';
    const allow = principal !== undefined && this.#grants.has(`${principal.id} ${action} ${place}`);
    return { allow, reason: allow ? 'granted' : 'not granted' };
  }

  async decideMany(context: CallContext, questions: readonly Question[]): Promise<readonly Decision[]> {
    return Promise.all(questions.map((question) => this.decide(context, question)));
  }

  async narrow(context: CallContext, question: Question): Promise<Narrowing> {
    const { allow } = await this.decide(context, question);
    return { allowedPrefixes: allow ? [''] : [], deniedPrefixes: [], residual: false };
  }

  async explain(context: CallContext, question: Question): Promise<Decision & { readonly steps: readonly string[] }> {
    const decision = await this.decide(context, question);
    return { ...decision, steps: [`grants: ${decision.reason}`] };
  }

  /** Every policy will do, as none is looked at. */
  async examinePolicy(): Promise<PolicyReport> {
    return { public: false };
  }
}
