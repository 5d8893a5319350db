import type { Answer, Operation, Value } from './register.js';
import { step } from './register.js';

/** One operation on one key, with the instants between which it must have happened. */
export interface Recorded {
  readonly operation: Operation;
  readonly answer: Answer;
  readonly begun: number;
  /** Of the answer; ignored while that is unknown. */
  readonly ended: number;
}

export interface Violation {
  /** The first operation whose answer no order of the operations explains. */
  readonly at: Recorded;
  /** What ran at the same time. */
  readonly beside: readonly Recorded[];
}

/** A way in which the history so far may have happened: what the register holds, and which running operations took effect. */
interface Configuration {
  readonly value: Value;
  readonly done: ReadonlySet<number>;
}

/**
 * Looks for an order in which the operations on one key could have happened one
 * after the other, each between its begin and its end, with just these answers
 * (Herlihy and Wing, "Linearizability", 1990). Event by event: all ways that fit so
 * far are kept, and each answer drops those that do not explain it (Lowe, "Testing
 * for linearizability", 2017). Distinct values keep the ways few.
 * @returns the first answer that cannot be explained; `undefined` when there is an order
 */
export function checkHistory(history: readonly Recorded[], initial: Value = undefined): Violation | undefined {
  const running = new Map<number, Recorded>();
  let ways = new Map<string, Configuration>([['', { value: initial, done: new Set() }]]);
  for (const { index, begins } of eventsOf(history)) {
    if (begins) {
      running.set(index, history[index]!);
      continue;
    }
    const after = new Map<string, Configuration>();
    for (const way of ways.values()) for (const found of waysIn(way, index, running)) keep(after, found);
    if (after.size === 0) return { at: history[index]!, beside: [...running].filter(([other]) => other !== index).map(([, recorded]) => recorded) };
    running.delete(index);
    ways = after;
  }
  return undefined;
}

/** Begins and ends in order of time; at one instant begins come first, which allows most. */
function eventsOf(history: readonly Recorded[]): { index: number; begins: boolean }[] {
  const events = history.flatMap(({ begun, ended, answer }, index) => [
    { index, begins: true, at: begun },
    ...(answer.kind === 'unknown' ? [] : [{ index, begins: false, at: ended }]),
  ]);
  return events.sort((a, b) => a.at - b.at || Number(b.begins) - Number(a.begins));
}

/** All ways on from `way` in which operation `wanted` has taken effect, that operation then forgotten. */
function waysIn(way: Configuration, wanted: number, running: ReadonlyMap<number, Recorded>): Configuration[] {
  const found: Configuration[] = [];
  const seen = new Set<string>();
  const open = [way];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    if (current.done.has(wanted)) {
      found.push({ value: current.value, done: new Set([...current.done].filter((index) => index !== wanted)) });
      continue;
    }
    for (const [index, { operation, answer }] of running) {
      if (current.done.has(index)) continue;
      const value = step(current.value, operation, answer);
      if (value === 'impossible') continue;
      const next = { value, done: new Set(current.done).add(index) };
      const name = nameOf(next);
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(next);
    }
  }
  return found;
}

function keep(ways: Map<string, Configuration>, way: Configuration): void {
  ways.set(nameOf(way), way);
}

const nameOf = ({ value, done }: Configuration) => `${value ?? ''} ${[...done].sort((a, b) => a - b).join(',')}`;
