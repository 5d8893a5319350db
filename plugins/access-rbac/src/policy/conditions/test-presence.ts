import { MAYBE, NO, YES } from '../certainty.js';
import { readsObject, type ConditionKey } from '../condition-key.js';
import { booleanOf } from './compare-booleans.js';
import type { Condition } from './condition.js';

/** `Null`: `true` asks for a key that is not there, `false` for one that is. */
export function presenceCondition(key: ConditionKey, texts: readonly string[]): Condition {
  const wanted = texts.map(booleanOf);
  const needsObject = readsObject(key);
  return {
    name: { base: 'Null', set: undefined, ifExists: false },
    negated: false,
    key,
    texts,
    comparisons: [],
    test: (request) => {
      if (needsObject && request.objectUnseen) return MAYBE;
      const values = request.values(key);
      return wanted.includes(values === undefined || values.length === 0) ? YES : NO;
    },
  };
}
