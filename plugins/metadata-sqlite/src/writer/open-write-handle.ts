import Database from 'better-sqlite3';
import type { WriterData } from './messages.js';

/** The handle that commits. Its log is copied by others, see `checkpoint-worker.ts`. */
export function openWriteHandle(data: WriterData): Database.Database {
  const database = new Database(data.path, { fileMustExist: true, timeout: data.busyTimeoutMs });
  database.pragma('synchronous = FULL');
  database.pragma('wal_autocheckpoint = 0');
  database.pragma(`cache_size = ${-1024 * data.cacheMegabytes}`);
  database.pragma(`journal_size_limit = ${2 * data.walResetMegabytes * 1024 * 1024}`);
  database.pragma('temp_store = MEMORY');
  return database;
}
