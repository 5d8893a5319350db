import { PolicyProblem } from '../policy-problem.js';
import type { Operator } from './condition.js';

/** @throws PolicyProblem when it is neither */
export function booleanOf(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw new PolicyProblem('Invalid truth value in a condition');
  return lower === 'true';
}

export const BOOLEAN_OPERATORS: Readonly<Record<string, Operator>> = {
  Bool: {
    negated: false,
    compile: (text) => {
      const wanted = String(booleanOf(text));
      return { holds: (value) => value.toLowerCase() === wanted };
    },
  },
};
