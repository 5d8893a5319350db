import type { WalState } from './messages.js';

/** SQLite's default page size, which this plugin keeps. */
export const WAL_FRAME_BYTES = 4096;

/** When commits pause for this long, what is left is copied. */
const IDLE_MS = 1_000;

export interface CheckpointActions {
  /** Starts a passive checkpoint beside the writer; the answer comes by `copied`. */
  copy(): void;
  /** Lets the writer copy the short rest between two commits. */
  finish(): void;
  /** Lets the writer give some unused pages back to the file system. */
  reclaim(): void;
}

/**
 * When to checkpoint. The bulk is copied beside the writer. Under steady load that
 * alone never catches up with the end of the log, and SQLite starts the log anew
 * only when all of it is copied; so once the log is long and only a short rest is
 * left, the writer itself copies that rest between two commits.
 */
export class CheckpointSchedule {
  readonly #actions: CheckpointActions;
  readonly #resetFrames: number;
  /** Frames that are worth a checkpoint: the more at once, the fewer pages are copied twice. */
  readonly #enoughFrames: number;
  #wal: WalState = { frames: 0, copied: 0 };
  #copying = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(actions: CheckpointActions, walResetMegabytes: number) {
    this.#actions = actions;
    this.#resetFrames = Math.ceil((walResetMegabytes * 1024 * 1024) / WAL_FRAME_BYTES);
    this.#enoughFrames = Math.ceil(this.#resetFrames / 2);
  }

  /** Bytes of the log that are in use. */
  get walBytes(): number {
    return this.#wal.frames * WAL_FRAME_BYTES;
  }

  committed(wal: WalState): void {
    this.#wal = wal;
    if (wal.frames - wal.copied >= this.#enoughFrames) this.#copy();
    if (this.#idle) this.#idle.refresh();
    else this.#idle = setTimeout(() => this.#whenIdle(), IDLE_MS).unref();
  }

  /** The copying beside the writer ended; `undefined` when it could not be done. */
  copied(wal: WalState | undefined): void {
    this.#copying = false;
    if (wal && wal.frames >= this.#resetFrames) this.#actions.finish();
  }

  stop(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    this.#copying = false;
  }

  #whenIdle(): void {
    if (this.#wal.frames > this.#wal.copied) this.#copy();
    this.#actions.reclaim();
  }

  #copy(): void {
    if (this.#copying) return;
    this.#copying = true;
    this.#actions.copy();
  }
}
