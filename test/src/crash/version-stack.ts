import { History } from './history.js';
import type { StoredValue } from './stored-value.js';

/** A lock as it is shown: mode and date. */
export interface ShownLock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly until: string;
}

/** What may change of a version after it was made. */
export interface Changeable {
  /** Value of its one tag. */
  readonly tag?: string;
  readonly lock?: ShownLock;
  readonly held?: boolean;
}

let now = 0;

/** One version, or a delete marker, that a client sent. */
export class CrashVersion {
  /** Once the server told it. */
  id: string | undefined;
  readonly tag: History<string>;
  readonly lock: History<ShownLock>;
  readonly held: History<boolean>;
  /** Somebody asked for its removal, and that was acknowledged. */
  removal: 'none' | 'sent' | 'done' = 'none';
  private begun = ++now;
  private ended = Infinity;

  /** @param value absent: a delete marker */
  constructor(
    readonly value: StoredValue | undefined,
    initially: Changeable,
  ) {
    this.tag = new History(initially.tag);
    this.lock = new History(initially.lock);
    this.held = new History(initially.held);
  }

  acknowledge(id: string): void {
    this.id = id;
    this.ended = ++now;
  }

  /** It was answered before the other one was sent, so it is the older one. */
  mustBeOlderThan(other: CrashVersion): boolean {
    return this.ended < other.begun;
  }

  /** It is there, and whatever is sent from now on comes on top of it. */
  settle(id: string): void {
    this.id = id;
    this.begun = this.ended = ++now;
    if (this.removal === 'sent') this.removal = 'none';
  }

  /** True when no request about it waits for an answer that never came. */
  get isSettled(): boolean {
    return this.id !== undefined && this.removal === 'none';
  }

  /** What a removal must meet: `undefined` when that is not known. */
  isLocked(bypass: boolean): boolean | undefined {
    const outcomes = this.lock.candidates().flatMap((lock) =>
      this.held.candidates().map((held) => held === true || (lock !== undefined && !(lock.mode === 'GOVERNANCE' && bypass))),
    );
    return outcomes.every((locked) => locked === outcomes[0]) ? outcomes[0] : undefined;
  }
}

/** A complete request whose answer did not come. */
export interface PendingCompletion {
  readonly uploadId: string;
  readonly key: string;
  readonly version: CrashVersion;
  readonly document: string;
}

/** What clients know about a bucket whose versions all stay until they are deleted one by one. */
export class VersionModel {
  /** Of each key, in the order in which they were sent. */
  readonly stacks = new Map<string, CrashVersion[]>();
  readonly completions = new Map<string, PendingCompletion>();
  acknowledged = 0;

  constructor(readonly bucket: string) {}

  stack(key: string): CrashVersion[] {
    let stack = this.stacks.get(key);
    if (!stack) this.stacks.set(key, (stack = []));
    return stack;
  }

  begin(key: string, value: StoredValue | undefined, initially: Changeable = {}): CrashVersion {
    const version = new CrashVersion(value, initially);
    this.stack(key).push(version);
    return version;
  }

  /** Versions that are surely there, markers among them. */
  settled(key: string): readonly CrashVersion[] {
    return this.stack(key).filter((version) => version.isSettled);
  }
}
