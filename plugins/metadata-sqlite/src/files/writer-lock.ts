import { join } from 'node:path';
import { StoreError } from '@zas/plugin-api';
import Database from 'better-sqlite3';
import { sqliteCodeOf } from './sqlite-errors.js';

/** Held while this process may write; the kernel releases it when the process dies. */
export interface WriterLock {
  release(): void;
}

/**
 * One writing process per folder. SQLite's own lock is used because it works the
 * same on every platform that it runs on: an exclusive transaction, kept open, on
 * a file of its own that is never written.
 * @throws `unavailable` when another store, here or in another process, holds it
 */
export function acquireWriterLock(folder: string): WriterLock {
  const database = new Database(join(folder, 'writer.lock'), { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (!sqliteCodeOf(error)?.startsWith('SQLITE_BUSY')) throw error;
    throw new StoreError('unavailable', 'Another process is writing to this metadata folder; only one may', { cause: error });
  }
  return { release: () => void database.close() };
}
