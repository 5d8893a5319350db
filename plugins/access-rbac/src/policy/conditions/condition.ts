import type { AccessRequest } from '../../decision/access-request.js';
import { MAYBE, NO, YES, type Certainty } from '../certainty.js';
import { readsObject, type ConditionKey } from '../condition-key.js';
import type { Template } from '../policy-variables.js';

/** One value of a policy against one of a request. */
export interface Comparison {
  holds(value: string, request: AccessRequest): boolean;
  /** For families whose values are patterns. */
  readonly template?: Template;
}

/** What an operator's name says before its prefix and suffix. */
export interface Operator {
  /** It is the opposite of its comparison, and true of a key that is not there. */
  readonly negated: boolean;
  /** @throws PolicyProblem when the text is no value of the family */
  compile(text: string, variables: boolean): Comparison;
}

export type SetOperator = 'ForAllValues' | 'ForAnyValue';

export interface ConditionName {
  readonly base: string;
  readonly set: SetOperator | undefined;
  readonly ifExists: boolean;
}

/** One key under one operator. */
export interface Condition {
  readonly name: ConditionName;
  readonly negated: boolean;
  readonly key: ConditionKey;
  /** The policy's values, as written. */
  readonly texts: readonly string[];
  readonly comparisons: readonly Comparison[];
  test(request: AccessRequest): Certainty;
}

export function condition(name: ConditionName, operator: Operator, key: ConditionKey, texts: readonly string[], variables: boolean): Condition {
  const comparisons = texts.map((text) => operator.compile(text, variables));
  const needsObject = readsObject(key) || comparisons.some(({ template }) => template?.readsObject === true);
  const { negated } = operator;
  // Several values of a policy are alternatives; of a negated operator none may fit.
  const fits = (value: string, request: AccessRequest): boolean => {
    for (const comparison of comparisons) if (comparison.holds(value, request)) return !negated;
    return negated;
  };
  const decide = (values: readonly string[] | undefined, request: AccessRequest): boolean => {
    const absent = values === undefined || values.length === 0;
    if (absent && name.ifExists) return true;
    if (name.set === undefined) return absent ? negated : values.some((value) => fits(value, request) !== negated) !== negated;
    // To the set operators one empty text is an empty set.
    if (absent || (values.length === 1 && values[0] === '')) return name.set === 'ForAllValues';
    return name.set === 'ForAllValues' ? values.every((value) => fits(value, request)) : values.some((value) => fits(value, request));
  };
  return {
    name,
    negated,
    key,
    texts,
    comparisons,
    test: (request) => (needsObject && request.objectUnseen ? MAYBE : decide(request.values(key), request) ? YES : NO),
  };
}
