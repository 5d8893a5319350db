import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/**
 * Makes the folder and the database file, if absent, and makes their directory
 * entries durable. Idempotent; also finishes a creation that was interrupted.
 */
export function createDatabaseFile(path: string): void {
  createFolder(dirname(path));
  const database = new Database(path);
  try {
    const tables = database.prepare('select count(*) from sqlite_schema').pluck().get();
    // Without a table yet the file may still choose its layout; later these have no effect.
    if (tables === 0) database.pragma('auto_vacuum = INCREMENTAL');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
  } finally {
    database.close();
  }
  syncFolder(dirname(path));
}

/** Makes a folder and its parents, each entry durable. */
export function createFolder(folder: string): void {
  if (existsSync(folder)) return;
  createFolder(dirname(folder));
  mkdirSync(folder, { recursive: true });
  syncFolder(dirname(folder));
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
