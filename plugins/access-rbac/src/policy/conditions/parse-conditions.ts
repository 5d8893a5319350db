import { conditionKey, type ConditionKey } from '../condition-key.js';
import type { Json } from '../parse-json.js';
import { PolicyProblem } from '../policy-problem.js';
import { ADDRESS_OPERATORS } from './compare-addresses.js';
import { ARN_OPERATORS } from './compare-arns.js';
import { BINARY_OPERATORS } from './compare-binary.js';
import { BOOLEAN_OPERATORS } from './compare-booleans.js';
import { DATE_OPERATORS } from './compare-dates.js';
import { NUMBER_OPERATORS } from './compare-numbers.js';
import { STRING_OPERATORS } from './compare-strings.js';
import { condition, type Condition, type ConditionName, type Operator } from './condition.js';
import { presenceCondition } from './test-presence.js';

const FAMILIES: readonly Readonly<Record<string, Operator>>[] = [
  STRING_OPERATORS,
  NUMBER_OPERATORS,
  DATE_OPERATORS,
  BOOLEAN_OPERATORS,
  BINARY_OPERATORS,
  ADDRESS_OPERATORS,
  ARN_OPERATORS,
];
const OPERATORS: ReadonlyMap<string, Operator> = new Map(FAMILIES.flatMap((family) => Object.entries(family)));

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;
const KEY = /^[A-Za-z0-9-]+:[^*]+$/;

/** All of them must hold. */
export function parseConditions(json: Json | undefined, variables: boolean): readonly Condition[] {
  if (json === undefined) return [];
  if (!(json instanceof Map)) throw new PolicyProblem('Invalid policy syntax.');
  const conditions: Condition[] = [];
  for (const [written, keys] of json as ReadonlyMap<string, Json>) {
    if (!(keys instanceof Map)) throw new PolicyProblem('Invalid policy syntax.');
    const make = makerOf(written, variables);
    const seen = new Set<string>();
    for (const [name, values] of keys as ReadonlyMap<string, Json>) {
      if (!KEY.test(name)) throw new PolicyProblem('Policy has an invalid condition key');
      const key = conditionKey(name);
      // The names of keys know no case, so the JSON reader cannot tell that these are one.
      if (seen.has(key.lower)) throw new PolicyProblem(`Statement/policy already has instance of ${name.slice(0, 64)}`);
      seen.add(key.lower);
      conditions.push(make(key, textsOf(values)));
    }
  }
  return conditions;
}

function makerOf(written: string, variables: boolean): (key: ConditionKey, texts: readonly string[]) => Condition {
  const [, set, base, ifExists] = NAME.exec(written) ?? [];
  if (written === 'Null') return presenceCondition;
  const operator = OPERATORS.get(base ?? '');
  if (operator === undefined) throw new PolicyProblem(`Invalid Condition type : ${written.slice(0, 64)}`);
  const name: ConditionName = { base: base as string, set: set as ConditionName['set'], ifExists: ifExists !== undefined };
  return (key, texts) => condition(name, operator, key, texts, variables);
}

/** Quotation marks are optional for numbers and truth values. */
function textsOf(json: Json): readonly string[] {
  const list = Array.isArray(json) ? (json as readonly Json[]) : [json];
  if (list.length === 0) throw new PolicyProblem('Invalid policy syntax.');
  return list.map((item) => {
    if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') throw new PolicyProblem('Invalid policy syntax.');
    return String(item);
  });
}
