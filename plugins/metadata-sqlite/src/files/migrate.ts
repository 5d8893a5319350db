import { MIGRATION_TABLE, SQLITE_MIGRATION_NAMES } from '@zas/metadata-sql';
import { StoreError } from '@zas/plugin-api';
import Database from 'better-sqlite3';
import type { MigrationObject } from '@mikro-orm/core';
import { Worker } from 'node:worker_threads';
import { runMigrations } from './run-migrations.js';

/**
 * Brings the schema up to date; all pending migrations succeed or none is kept,
 * so an interrupted run is repeated by the next start.
 * @param migrations instead of the shipped ones, for tests; run in this thread
 * @throws `unavailable` when the database was written by a newer version
 */
export async function migrate(path: string, migrations?: readonly MigrationObject[]): Promise<void> {
  const applied = appliedMigrations(path);
  const known: readonly string[] = migrations?.map(({ name }) => name) ?? SQLITE_MIGRATION_NAMES;
  const newer = applied.find((name) => !known.includes(name));
  if (newer !== undefined) {
    throw new StoreError('unavailable', 'The metadata database was written by a newer version of this server', {
      details: { migration: newer },
    });
  }
  if (applied.length === known.length) return;
  await (migrations ? runMigrations(path, migrations) : runInThread(path));
}

/** Asked without the ORM: loading it costs more than all else at start. */
function appliedMigrations(path: string): string[] {
  const database = new Database(path, { readonly: true });
  try {
    const present = database.prepare(`select 1 from sqlite_schema where name = ?`).get(MIGRATION_TABLE);
    if (!present) return [];
    return database.prepare(`select name from ${MIGRATION_TABLE} order by id`).pluck().all() as string[];
  } finally {
    database.close();
  }
}

/** In a thread of its own, which takes the memory of the ORM with it when it ends. */
async function runInThread(path: string): Promise<void> {
  const worker = new Worker(new URL('./migration-worker.js', import.meta.url), { workerData: { path } });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The migration ended with ${code}`))));
  });
}
