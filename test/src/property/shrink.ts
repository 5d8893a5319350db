import type { Operation } from './operations.js';

export interface ShrinkLimits {
  readonly tries: number;
  readonly milliseconds: number;
}

/**
 * Looks for a short list of operations that still fails, by leaving out runs of
 * them: halves first, then ever shorter ones, single ones last (delta debugging,
 * Zeller and Hildebrandt 2002). Ends early at a limit with the shortest so far.
 * @param fails runs a list from the beginning; answers how many of its operations ran when it failed, `undefined` when it passed
 * @param now milliseconds
 */
export async function shrink(
  operations: readonly Operation[],
  fails: (candidate: readonly Operation[]) => Promise<number | undefined>,
  limits: ShrinkLimits,
  now: () => number = Date.now,
): Promise<readonly Operation[]> {
  const end = now() + limits.milliseconds;
  let shortest = operations;
  let tries = 0;
  for (let size = Math.ceil(shortest.length / 2); size >= 1; ) {
    let removed = false;
    for (let at = 0; at < shortest.length && shortest.length > 1; ) {
      if (tries++ >= limits.tries || now() >= end) return shortest;
      const candidate = [...shortest.slice(0, at), ...shortest.slice(at + size)];
      const ran = candidate.length === 0 ? undefined : await fails(candidate);
      if (ran === undefined) at += size;
      else [shortest, removed] = [candidate.slice(0, ran), true];
    }
    // A removal may have made others possible.
    if (size > 1) size = Math.ceil(size / 2);
    else if (!removed) break;
  }
  return shortest;
}
