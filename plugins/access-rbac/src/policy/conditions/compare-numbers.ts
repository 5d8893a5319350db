import { PolicyProblem } from '../policy-problem.js';
import type { Operator } from './condition.js';

const NUMBER = /^[+-]?\d{1,30}(\.\d{1,30})?$/;

function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** A value of the request that is no number fits nothing. */
const compare = (negated: boolean, fits: (value: number, limit: number) => boolean): Operator => ({
  negated,
  compile: (text) => {
    const limit = numberOf(text);
    if (limit === undefined) throw new PolicyProblem('Invalid number in a condition');
    return {
      holds: (value, request) => {
        const given = request.reading(numberOf, value);
        return given !== undefined && fits(given, limit);
      },
    };
  },
});

export const NUMBER_OPERATORS: Readonly<Record<string, Operator>> = {
  NumericEquals: compare(false, (value, limit) => value === limit),
  NumericNotEquals: compare(true, (value, limit) => value === limit),
  NumericLessThan: compare(false, (value, limit) => value < limit),
  NumericLessThanEquals: compare(false, (value, limit) => value <= limit),
  NumericGreaterThan: compare(false, (value, limit) => value > limit),
  NumericGreaterThanEquals: compare(false, (value, limit) => value >= limit),
};
