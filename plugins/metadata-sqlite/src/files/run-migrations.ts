import { MIGRATION_TABLE } from '@zas/metadata-sql';
import type { MigrationObject } from '@mikro-orm/core';

/** Applies what is pending, all of it or none. Loads the ORM, which costs more than all else at a start. */
export async function runMigrations(path: string, migrations?: readonly MigrationObject[]): Promise<void> {
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
