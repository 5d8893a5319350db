import type { SetVerdict, StatementSet } from './statement-set.js';

/** Of ARNs together, with what an entry takes besides. */
const MAX_CHARACTERS = 4_000_000;
const ENTRY_CHARACTERS = 64;

/**
 * What sets of policies said by action and ARN, where it hangs on nothing else. It
 * goes with the set, and all of it when there is too much.
 */
export class VerdictCache {
  #bySet = new WeakMap<StatementSet, Map<string, Map<string, SetVerdict>>>();
  #characters = 0;
  #size = 0;

  constructor(private readonly limit = MAX_CHARACTERS) {}

  /** How many were kept since it was last emptied. */
  get size(): number {
    return this.#size;
  }

  find(set: StatementSet, action: string, arn: string): SetVerdict | undefined {
    return this.#bySet.get(set)?.get(action)?.get(arn);
  }

  keep(set: StatementSet, action: string, arn: string, verdict: SetVerdict): void {
    this.#characters += arn.length + ENTRY_CHARACTERS;
    if (this.#characters > this.limit) {
      this.#bySet = new WeakMap();
      this.#characters = arn.length + ENTRY_CHARACTERS;
      this.#size = 0;
    }
    const byAction = entry(this.#bySet, set, () => new Map<string, Map<string, SetVerdict>>());
    entry(byAction, action, () => new Map<string, SetVerdict>()).set(arn, verdict);
    this.#size++;
  }
}

function entry<Key, Value>(map: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown }, key: Key, make: () => Value): Value {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = make()));
  return found;
}
