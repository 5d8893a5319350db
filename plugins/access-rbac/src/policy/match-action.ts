import { PolicyProblem } from './policy-problem.js';
import { wildcardOf } from './wildcard.js';

const PATTERN = /^(\*|[a-z0-9-]+:[a-z0-9*?]+)$/;

/** The actions of a statement. */
export interface ActionMatcher {
  readonly negated: boolean;
  /** In lower case. */
  readonly patterns: readonly string[];
  /** @param action in lower case */
  matches(action: string): boolean;
}

export function compileActions(texts: readonly string[], negated: boolean): ActionMatcher {
  const patterns = texts.map((text) => text.toLowerCase());
  if (patterns.some((pattern) => !PATTERN.test(pattern))) throw new PolicyProblem('Policy has invalid action');
  const wildcards = patterns.map(wildcardOf);
  return { negated, patterns, matches: (action) => wildcards.some((wildcard) => wildcard.matches(action)) !== negated };
}
