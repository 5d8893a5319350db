import { StoreError, type CallContext } from '@zas/plugin-api';
import Database, { type Statement } from 'better-sqlite3';
import { toStoreError } from '../files/sqlite-errors.js';

/**
 * The read-only handle in the main thread. Reads are synchronous and short, so no
 * snapshot outlives a call and none holds up a checkpoint.
 */
export class ReadHandle {
  #database: Database.Database | undefined;
  readonly #statements = new Map<string, Statement>();

  open(path: string, cacheMegabytes: number, busyTimeoutMs: number): void {
    this.#database = new Database(path, { readonly: true, timeout: busyTimeoutMs });
    this.#database.pragma(`cache_size = ${-1024 * cacheMegabytes}`);
  }

  close(): void {
    this.#statements.clear();
    this.#database?.close();
    this.#database = undefined;
  }

  /** Answers `body`, its errors turned into StoreErrors. */
  run<T>(context: CallContext, body: () => T): Promise<T> {
    if (context.signal.aborted) return Promise.reject(new StoreError('aborted', 'Nobody waits for the answer'));
    try {
      return Promise.resolve(body());
    } catch (error) {
      return Promise.reject(toStoreError(error));
    }
  }

  /** Lets all statements inside `body` see one state. */
  snapshot<T>(body: () => T): T {
    this.statement('begin').run();
    try {
      return body();
    } finally {
      this.statement('commit').run();
    }
  }

  /** Prepared once; use constant texts. */
  statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (!this.#database) throw new StoreError('unavailable', 'The metadata store is not started');
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Like {@link statement}, rows as arrays: the cheaper form for hot paths. */
  rawStatement(sql: string): Statement {
    const statement = this.statement(sql);
    return statement.raw(true);
  }
}

/** @throws `invalid-argument` for a page size outside of the contract */
export function checkLimit(limit: number, least: number, most: number): void {
  if (!Number.isInteger(limit) || limit < least || limit > most) {
    throw new StoreError('invalid-argument', 'The limit is out of range', { details: { least, most } });
  }
}

/** Most rows of the lists for which the contract names no bound. */
export const MOST_ROWS = 10_000;
