import type { ActionMatcher } from './match-action.js';
import type { PrincipalMatcher } from './match-principal.js';
import type { ResourceMatcher } from './match-resource.js';
import type { Condition } from './conditions/condition.js';

/** Where a policy hangs: on what is acted upon, on who acts, or on a role, saying who may take it on. */
export type PolicyKind = 'resource' | 'identity' | 'trust';

export interface Statement {
  /** For reasons: its Sid, or its place. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  /** Of resource policies only. */
  readonly principals: PrincipalMatcher | undefined;
  readonly actions: ActionMatcher;
  readonly resources: ResourceMatcher;
  readonly conditions: readonly Condition[];
}

/** The statements that speak of an action. */
export interface Applicable {
  readonly denies: readonly Statement[];
  readonly allows: readonly Statement[];
}

/** Actions come from the doors' tables; the bound is for whoever asks in other ways. */
export const MAX_ACTIONS = 512;

/** A policy, ready to be asked. */
export class Policy {
  readonly #byAction = new Map<string, Applicable>();

  constructor(
    readonly kind: PolicyKind,
    readonly statements: readonly Statement[],
    /** What people call it; absent: nobody said. */
    readonly name?: string,
  ) {}

  /** The same under another name. */
  named(name: string): Policy {
    return new Policy(this.kind, this.statements, name);
  }

  statementsFor(action: string): Applicable {
    let found = this.#byAction.get(action);
    if (found === undefined) {
      const lower = action.toLowerCase();
      const speaking = this.statements.filter(({ actions }) => actions.matches(lower));
      found = {
        denies: speaking.filter(({ effect }) => effect === 'Deny'),
        allows: speaking.filter(({ effect }) => effect === 'Allow'),
      };
      if (this.#byAction.size >= MAX_ACTIONS) this.#byAction.clear();
      this.#byAction.set(action, found);
    }
    return found;
  }
}
