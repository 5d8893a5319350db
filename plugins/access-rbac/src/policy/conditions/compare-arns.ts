import type { AccessRequest } from '../../decision/access-request.js';
import { PolicyProblem } from '../policy-problem.js';
import { parseTemplate, type Template } from '../policy-variables.js';
import type { Operator } from './condition.js';

/** Part by part, so that a wildcard never reaches over a colon; `*` alone is any ARN. */
const like = (negated: boolean): Operator => ({
  negated,
  compile: (text, variables) => {
    const template = parseTemplate(text, { variables, wildcards: true });
    const pieces = template.splitAtColons();
    if (text === '*') return { template, holds: (value) => partsOf(value).length === 6 };
    if (pieces.length !== 6 || !text.startsWith('arn:')) throw new PolicyProblem('Invalid ARN in a condition');
    return { template, holds: (value, request) => fits(pieces, partsOf(value), request) };
  },
});

function fits(pieces: readonly Template[], parts: readonly string[], request: AccessRequest): boolean {
  return parts.length === 6 && pieces.every((piece, i) => piece.resolve(request)?.matches(parts[i] as string) === true);
}

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** AWS: Equals and Like do the same. */
export const ARN_OPERATORS: Readonly<Record<string, Operator>> = {
  ArnEquals: like(false),
  ArnLike: like(false),
  ArnNotEquals: like(true),
  ArnNotLike: like(true),
};
