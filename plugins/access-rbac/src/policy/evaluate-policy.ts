import type { AccessRequest } from '../decision/access-request.js';
import { NO, YES, type Certainty } from './certainty.js';
import { namingOf, reaches } from './match-principal.js';
import type { Policy, Statement } from './policy.js';
import { conditionsHold } from './resource-index.js';

/** What one policy says to one request. */
export interface Verdict {
  readonly deny: Certainty;
  readonly denyBy: Statement | undefined;
  /** To the caller himself. */
  readonly allow: Certainty;
  readonly allowBy: Statement | undefined;
  /** To his account only. */
  readonly delegate: Certainty;
  readonly delegateBy: Statement | undefined;
}

export const SILENT: Verdict = { deny: NO, denyBy: undefined, allow: NO, allowBy: undefined, delegate: NO, delegateBy: undefined };

export function evaluate(policy: Policy, request: AccessRequest): Verdict {
  const { denies, allows } = policy.statementsFor(request.action);
  const found = { ...SILENT };
  for (const statement of denies) {
    if (statement.principals !== undefined && !reaches(statement.principals, request.caller)) continue;
    const sure = conditionsHold(statement, statement.resources.matches(request), request);
    if (sure <= found.deny) continue;
    found.deny = sure;
    found.denyBy = statement;
    if (sure === YES) return found;
  }
  for (const statement of allows) {
    const naming = statement.principals === undefined ? 'direct' : namingOf(statement.principals, request.caller);
    if (naming === 'none' || (naming === 'account' && found.delegate === YES)) continue;
    const sure = conditionsHold(statement, statement.resources.matches(request), request);
    if (naming === 'account') {
      if (sure <= found.delegate) continue;
      found.delegate = sure;
      found.delegateBy = statement;
    } else if (sure > found.allow) {
      found.allow = sure;
      found.allowBy = statement;
      if (sure === YES) return found;
    }
  }
  return found;
}
