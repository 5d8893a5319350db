import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Migration } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/sqlite';
import { MIGRATION_TABLE, SQLITE_MIGRATION_NAMES } from '@zas/metadata-sql';
import { SQLITE_MIGRATIONS } from '@zas/metadata-sql/migrations/sqlite';
import { METADATA_ENTITIES } from '@zas/metadata-sql/schema';
import Database from 'better-sqlite3';
import { createDatabaseFile } from './database-file.js';
import { migrate } from './migrate.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metadata-file-'));
  path = join(folder, 'not', 'yet', 'metadata.db');
  createDatabaseFile(path);
});
afterEach(() => rm(folder, { recursive: true }));

function inspect<T>(body: (database: Database.Database) => T): T {
  const database = new Database(path);
  try {
    return body(database);
  } finally {
    database.close();
  }
}

const tablesOf = (database: Database.Database) => database.prepare(`select count(*) from sqlite_schema`).pluck().get();

describe('the database file', () => {
  it('is made with incremental vacuum and a write-ahead log, again without harm', async () => {
    createDatabaseFile(path);
    await migrate(path);
    createDatabaseFile(path);
    inspect((database) => {
      expect(database.pragma('auto_vacuum', { simple: true })).toBe(2);
      expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    });
  });

  it('has after all migrations the very schema of the entities', async () => {
    await migrate(path);
    const orm = await MikroORM.init({
      dbName: path,
      entities: METADATA_ENTITIES,
      schemaGenerator: { skipTables: [MIGRATION_TABLE] },
    });
    expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
    await orm.close();
  });
});

describe('migrations', () => {
  it('carry the names by which a start recognises them', () => {
    expect(SQLITE_MIGRATIONS.map(({ name }) => name)).toEqual([...SQLITE_MIGRATION_NAMES]);
  });

  it('are applied once', async () => {
    await migrate(path);
    await migrate(path);
    expect(inspect((database) => database.prepare(`select name from ${MIGRATION_TABLE}`).pluck().all())).toEqual([...SQLITE_MIGRATION_NAMES]);
  });

  it('of a newer version are refused', async () => {
    await migrate(path);
    inspect((database) => database.exec(`insert into ${MIGRATION_TABLE} (name) values ('29990101-from-the-future')`));
    await expect(migrate(path)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('newer version') });
  });

  it('leave nothing when they are interrupted, and succeed at the next start', async () => {
    class Interrupted extends Migration {
      override up(): void {
        this.addSql('create table half_done (id integer)');
        this.addSql('insert into no_such_table values (1)');
      }
    }
    await expect(migrate(path, [...SQLITE_MIGRATIONS, { name: 'interrupted', class: Interrupted }])).rejects.toBeDefined();
    inspect((database) => {
      expect(database.prepare(`select 1 from sqlite_schema where name in ('half_done', 'bucket')`).get()).toBeUndefined();
    });
    await migrate(path);
    expect(inspect(tablesOf)).toBeGreaterThan(SQLITE_MIGRATION_NAMES.length);
  });
});
