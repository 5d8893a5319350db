import { StoreError, isStoreError, type IntentKind, type Outcomes } from '@zas/plugin-api';
import type { Database } from 'better-sqlite3';
import { isDatabaseFailure, toStoreError } from '../files/sqlite-errors.js';
import { applyIntent } from '../intents/apply-intent.js';
import type { Command, CommandResult, WalState } from './messages.js';
import { WriteSession } from './write-session.js';

/** Pages given back in one step: 4 MiB. */
const RECLAIM_PAGES = 1024;

/** What became of a group. */
export interface GroupResult {
  readonly results: readonly CommandResult[];
  /** Why the whole group failed; its handle is closed and the next group opens a new one. */
  readonly failure: StoreError | undefined;
}

/**
 * Applies groups of intents, each group in one durable commit. Intents check
 * before they write, so one that fails normally leaves nothing to undo and costs
 * no savepoint; only when one fails after writing is the group rolled back and
 * done again with a savepoint around each intent.
 */
export class GroupCommit {
  readonly #open: () => Database;
  readonly #fence: number;
  #database: Database | undefined;
  #session: WriteSession | undefined;

  /**
   * @param open makes the write handle, anew after each failure of the database
   * @param fence the writer's number; a commit that finds another one on record fails
   */
  constructor(open: () => Database, fence: number) {
    this.#open = open;
    this.#fence = fence;
  }

  /** Never throws: a failure of the database is every command's result. */
  commit(commands: readonly Command[]): GroupResult {
    try {
      return { results: this.#commit(commands), failure: undefined };
    } catch (error) {
      const failure = isStoreError(error) ? error : toStoreError(error);
      // A failed sync is not retried on the handle that saw it: what its cache holds is in doubt.
      this.close();
      return { results: commands.map(() => resultOf(failure)), failure };
    }
  }

  #commit(commands: readonly Command[]): CommandResult[] {
    const session = this.#begin();
    const results: CommandResult[] = [];
    let wrote = false;
    for (const command of commands) {
      session.startIntent(command.actor);
      try {
        results.push({ ok: applyIntent(session, command.intent) });
      } catch (error) {
        if (isDatabaseFailure(error)) throw error;
        if (session.wrote) {
          session.rollback();
          return this.#commitGuarded(commands);
        }
        results.push(resultOf(toStoreError(error)));
      }
      wrote ||= session.wrote;
    }
    if (wrote) session.commit();
    else session.rollback();
    return results;
  }

  #commitGuarded(commands: readonly Command[]): CommandResult[] {
    const session = this.#begin();
    const results = commands.map((command): CommandResult => {
      session.startIntent(command.actor);
      try {
        return { ok: session.guarded<Outcomes[IntentKind]>(() => applyIntent(session, command.intent)) };
      } catch (error) {
        if (isDatabaseFailure(error)) throw error;
        return resultOf(toStoreError(error));
      }
    });
    session.commit();
    return results;
  }

  #begin(): WriteSession {
    this.#database ??= this.#open();
    this.#session ??= new WriteSession(this.#database);
    const fence = this.#session.begin();
    if (fence !== this.#fence) {
      throw new StoreError('unavailable', 'Another process took over this metadata database', { details: { reason: 'lease-lost' } });
    }
    return this.#session;
  }

  /** Frames in the log; `undefined` when nothing is open. Asked after each commit, so prepared once. */
  walState(): WalState | undefined {
    const session = this.#session;
    return session && walStateOf(() => session.read('pragma wal_checkpoint(NOOP)').get());
  }

  /** Copies into the database what readers allow, without waiting for them. */
  checkpoint(): WalState | undefined {
    return this.#database && checkpoint(this.#database);
  }

  /**
   * Gives unused pages back to the file system, a step at a time, once a quarter of
   * the file is unused: less is soon filled again.
   * @returns whether anything was done
   */
  reclaim(): boolean {
    const database = this.#database;
    if (!database) return false;
    try {
      const [free, pages] = ['freelist_count', 'page_count'].map((name) => Number(database.pragma(name, { simple: true })));
      if (free! < RECLAIM_PAGES || free! * 4 < pages!) return false;
      database.pragma(`incremental_vacuum(${RECLAIM_PAGES})`);
      return true;
    } catch (error) {
      // Room only; the next commit meets the same disk and reports.
      if (isDatabaseFailure(error)) return false;
      throw error;
    }
  }

  close(): void {
    const database = this.#database;
    this.#database = undefined;
    this.#session = undefined;
    try {
      database?.close();
    } catch {
      // Closing a handle whose disk failed may fail too; it is dropped either way.
    }
  }
}

/** Copies the log into the database as far as readers allow. `undefined` when it could not be done. */
export function checkpoint(database: Database): WalState | undefined {
  return walStateOf(() => database.prepare('pragma wal_checkpoint(PASSIVE)').get());
}

function walStateOf(read: () => unknown): WalState | undefined {
  try {
    const row = read() as { log: number; checkpointed: number } | undefined;
    return row && row.log >= 0 ? { frames: row.log, copied: row.checkpointed } : undefined;
  } catch (error) {
    // A checkpoint is never needed for durability; the next commit meets the same disk and reports.
    if (isDatabaseFailure(error)) return undefined;
    throw error;
  }
}

function resultOf({ code, message, details }: StoreError): CommandResult {
  return { error: { code, message, details } };
}
