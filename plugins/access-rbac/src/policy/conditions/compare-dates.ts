import { PolicyProblem } from '../policy-problem.js';
import type { Operator } from './condition.js';

/** W3C's profile of ISO 8601: a year, a month, a day, or a moment with its zone. */
const DATE = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?)?)?$/;
/** Seconds since the epoch; four digits are a year. */
const EPOCH = /^\d{1,3}$|^\d{5,12}(\.\d{1,9})?$/;

/** Milliseconds since the epoch. */
export function momentOf(text: string): number | undefined {
  if (EPOCH.test(text)) return Number(text) * 1_000;
  if (!DATE.test(text)) return undefined;
  const moment = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, text.includes('T') ? '$1:$2' : '$&'));
  return Number.isNaN(moment) ? undefined : moment;
}

/** A value of the request that is no moment fits nothing. */
const compare = (negated: boolean, fits: (value: number, limit: number) => boolean): Operator => ({
  negated,
  compile: (text) => {
    const limit = momentOf(text);
    if (limit === undefined) throw new PolicyProblem('Invalid date in a condition');
    return {
      holds: (value, request) => {
        const given = request.reading(momentOf, value);
        return given !== undefined && fits(given, limit);
      },
    };
  },
});

export const DATE_OPERATORS: Readonly<Record<string, Operator>> = {
  DateEquals: compare(false, (value, limit) => value === limit),
  DateNotEquals: compare(true, (value, limit) => value === limit),
  DateLessThan: compare(false, (value, limit) => value < limit),
  DateLessThanEquals: compare(false, (value, limit) => value <= limit),
  DateGreaterThan: compare(false, (value, limit) => value > limit),
  DateGreaterThanEquals: compare(false, (value, limit) => value >= limit),
};
