/**
 * One key of a store as an atomic register: what it holds is named by a value that
 * no other write gives, or `undefined` while nothing is there.
 */
export type Value = string | undefined;

export type Operation =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: string }
  /** `If-None-Match: *`. */
  | { readonly kind: 'create'; readonly value: string }
  /** `If-Match` with the etag of `expected`. */
  | { readonly kind: 'replace'; readonly expected: string; readonly value: string }
  | { readonly kind: 'remove' }
  /** Delete with `If-Match`. */
  | { readonly kind: 'remove-if'; readonly expected: string };

/** What the client was told. `refused`: the condition did not hold. */
export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'value'; readonly value: Value }
  /** No answer, or one that leaves it open: it may have been done, now or later, or not. */
  | { readonly kind: 'unknown' };

/**
 * Does an operation on a register that holds `present`.
 * @returns what it holds then, or `impossible` when it could not have been answered so
 */
export function step(present: Value, operation: Operation, answer: Answer): Value | 'impossible' {
  if (operation.kind === 'read') return answer.kind === 'value' && answer.value !== present ? 'impossible' : present;
  const holds = conditionHolds(present, operation);
  if (answer.kind === 'refused') return holds ? 'impossible' : present;
  if (!holds) return answer.kind === 'done' ? 'impossible' : present;
  return 'value' in operation ? operation.value : undefined;
}

function conditionHolds(present: Value, operation: Operation): boolean {
  if (operation.kind === 'create') return present === undefined;
  return operation.kind === 'replace' || operation.kind === 'remove-if' ? present === operation.expected : true;
}
