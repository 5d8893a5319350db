import type { History } from './history.js';

/** What was found wrong; each entry says what and where. */
export interface Findings {
  /** Acknowledged writes that are not there. */
  readonly lost: string[];
  /** States that no write made: mixtures, half-done changes, answers that contradict each other. */
  readonly torn: string[];
}

const AT_ONCE = 16;

/** Compares one register with what was read, and settles it. */
export function judge<T>(
  findings: Findings,
  what: string,
  history: History<T>,
  seen: T | undefined,
  same: (one: T | undefined, other: T | undefined) => boolean,
): void {
  const expected = history.candidates();
  const match = expected.findIndex((value) => same(value, seen));
  if (match < 0) {
    if (seen === undefined) findings.lost.push(`${what}: absent`);
    else if (history.everything().some((value) => same(value, seen))) findings.lost.push(`${what}: an older value`);
    else findings.torn.push(`${what}: a value that nobody wrote`);
  }
  // What is read of a part lacks its bytes; what the client sent has them.
  history.settle(match < 0 ? seen : expected[match]);
}

/** Does all, several at once. */
export async function inTurns<T>(all: readonly T[], body: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await body(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
