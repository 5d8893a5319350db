import { type Wildcard, wildcardOf } from '../policy/wildcard.js';
import type { AuditConfig } from './audit-config.js';

interface Rule {
  readonly actions: readonly Wildcard[];
  readonly resources: readonly Wildcard[];
}

/** Which reads are recorded. */
export class ReadRules {
  private readonly rules: readonly Rule[];

  constructor(rules: AuditConfig['reads']) {
    this.rules = rules.map(({ actions, resources }) => ({
      actions: actions.map((action) => wildcardOf(action.toLowerCase())),
      resources: resources.map(wildcardOf),
    }));
  }

  /** Looks at the resource only when a rule is about the action: it may cost something to name it. */
  match(event: { readonly action: string; readonly resource: string }): boolean {
    if (this.rules.length === 0) return false;
    const action = event.action.toLowerCase();
    const about = this.rules.filter(({ actions }) => actions.some((pattern) => pattern.matches(action)));
    return about.length > 0 && about.some(({ resources }) => resources.some((pattern) => pattern.matches(event.resource)));
  }
}
