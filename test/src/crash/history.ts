/** One write of a register, acknowledged or not. `undefined` is absence. */
interface Attempt<T> {
  readonly value: T | undefined;
  readonly begun: number;
  /** Of the acknowledgement; a write without one may take effect at any later time. */
  ended: number;
}

/** A write under way. */
export interface Write {
  /** The server said that it is done. */
  acknowledge(): void;
  /** The server said that it did nothing. */
  refuse(): void;
}

let now = 0;

/**
 * What one register (a key, a part, an upload) may hold: every write, and when it
 * began and was acknowledged. A write that ended before an acknowledged one began
 * cannot be seen any more; all others can.
 */
export class History<T> {
  private attempts: Attempt<T>[];

  constructor(value: T | undefined) {
    this.attempts = [{ value, begun: 0, ended: 0 }];
  }

  begin(value: T | undefined): Write {
    const attempt: Attempt<T> = { value, begun: ++now, ended: Infinity };
    this.attempts.push(attempt);
    return {
      acknowledge: () => void (attempt.ended = ++now),
      refuse: () => void (this.attempts = this.attempts.filter((other) => other !== attempt)),
    };
  }

  /** All that may be there now. */
  candidates(): (T | undefined)[] {
    const acknowledged = this.attempts.filter(({ ended }) => ended < Infinity);
    const latest = Math.max(...acknowledged.map(({ begun }) => begun));
    return this.attempts.filter(({ ended }) => ended >= latest).map(({ value }) => value);
  }

  /** All that ever was written since the last `settle`. */
  everything(): (T | undefined)[] {
    return this.attempts.map(({ value }) => value);
  }

  /** The value, when there is no doubt; `undefined` also stands for absence. */
  get known(): T | undefined {
    const candidates = this.candidates();
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  /** It was seen to hold this, while nothing was being written. */
  settle(value: T | undefined): void {
    this.attempts = [{ value, begun: now, ended: now }];
  }
}
