import { MIGRATION_TABLE, SQLITE_MIGRATION_NAMES } from '@zas/metadata-sql';
import { StoreError } from '@zas/plugin-api';
import Database from 'better-sqlite3';
import type { MigrationObject } from '@mikro-orm/core';

/**
 * Brings the schema up to date; all pending migrations succeed or none is kept,
 * so an interrupted run is repeated by the next start.
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
  if (applied.length < known.length) await runPending(path, migrations);
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

async function runPending(path: string, migrations: readonly MigrationObject[] | undefined): Promise<void> {
  const [{ MikroORM }, { Migrator }, { SQLITE_MIGRATIONS }] = await Promise.all([
    import('@mikro-orm/sqlite'),
    import('@mikro-orm/migrations'),
    import('@zas/metadata-sql/migrations/sqlite'),
  ]);
  const orm = await MikroORM.init({
    dbName: path,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      migrationsList: [...(migrations ?? SQLITE_MIGRATIONS)],
      tableName: MIGRATION_TABLE,
      transactional: true,
      allOrNothing: true,
      snapshot: false,
      silent: true,
    },
  });
  try {
    await orm.migrator.up();
  } finally {
    await orm.close();
  }
}
