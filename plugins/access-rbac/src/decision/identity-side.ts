import { NO, YES, type Certainty } from '../policy/certainty.js';
import type { Entry } from '../policy/resource-index.js';
import type { AccessRequest } from './access-request.js';
import type { Cap } from './identity-sets.js';

/** What the policies on the caller's own side say. */
export interface IdentitySide {
  readonly deny: Certainty;
  readonly denyBy: Entry | undefined;
  /** The denying one is no policy of his own, but this. */
  readonly denyIn: Cap | undefined;
  readonly allow: Certainty;
  readonly allowBy: Entry | undefined;
  /** The most that boundary and session policies let through. */
  readonly cap: Certainty;
  readonly cappedBy: Cap | undefined;
}

export function identitySide(request: AccessRequest): IdentitySide {
  const { own, caps } = request.caller;
  const { deny, denyBy, allow, allowBy } = own.evaluate(request);
  if (caps.length === 0) return { deny, denyBy, denyIn: undefined, allow, allowBy, cap: YES, cappedBy: undefined };
  const side = { deny, denyBy, denyIn: undefined as Cap | undefined, allow, allowBy, cap: YES as Certainty, cappedBy: undefined as Cap | undefined };
  for (const cap of caps) {
    const verdict = cap.set.evaluate(request);
    if (verdict.deny > side.deny) [side.deny, side.denyBy, side.denyIn] = [verdict.deny, verdict.denyBy, cap];
    if (verdict.allow < side.cap) [side.cap, side.cappedBy] = [verdict.allow, cap];
  }
  return side;
}

export function denialText({ deny, denyBy, denyIn }: IdentitySide): string {
  if (deny === NO || denyBy === undefined) return '';
  const { policy, statement } = denyBy;
  if (denyIn !== undefined) return `${capText(denyIn)}, ${statement.name}`;
  return policy.name === undefined ? `an identity policy, ${statement.name}` : `policy "${policy.name}", ${statement.name}`;
}

export function allowanceText({ allow, allowBy }: IdentitySide): string {
  if (allow === NO || allowBy === undefined) return '';
  const { policy, statement } = allowBy;
  return policy.name === undefined ? `identity policy, ${statement.name}` : `policy "${policy.name}", ${statement.name}`;
}

export function capText({ kind, set }: Cap): string {
  const name = set.policies[0]?.name;
  return `the ${kind}${name === undefined ? '' : ` "${name}"`}`;
}
