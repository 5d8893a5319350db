import { NO, YES, type Certainty } from '../policy/certainty.js';
import { evaluate } from '../policy/evaluate-policy.js';
import type { AccessRequest } from './access-request.js';

/** What the policies on the caller's own side say. */
export interface IdentitySide {
  readonly deny: Certainty;
  readonly denyBy: string;
  readonly allow: Certainty;
  readonly allowBy: string;
  /** The most that boundary and session policy let through. */
  readonly cap: Certainty;
  readonly cappedBy: string;
}

const NONE: IdentitySide = { deny: NO, denyBy: '', allow: NO, allowBy: '', cap: YES, cappedBy: '' };

export function identitySide(request: AccessRequest): IdentitySide {
  const { policies, boundary, session } = request.caller;
  if (policies.length === 0 && boundary === undefined && session === undefined) return NONE;
  const side = { ...NONE };
  for (const policy of policies) {
    const verdict = evaluate(policy, request);
    if (verdict.deny > side.deny) [side.deny, side.denyBy] = [verdict.deny, `an identity policy, ${verdict.denyBy?.name}`];
    if (verdict.allow > side.allow) [side.allow, side.allowBy] = [verdict.allow, `identity policy, ${verdict.allowBy?.name}`];
  }
  for (const [policy, name] of [[boundary, 'permissions boundary'], [session, 'session policy']] as const) {
    if (policy === undefined) continue;
    const verdict = evaluate(policy, request);
    if (verdict.deny > side.deny) [side.deny, side.denyBy] = [verdict.deny, `the ${name}, ${verdict.denyBy?.name}`];
    if (verdict.allow < side.cap) [side.cap, side.cappedBy] = [verdict.allow, `the ${name}`];
  }
  return side;
}
