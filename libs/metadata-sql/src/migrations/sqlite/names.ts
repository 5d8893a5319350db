/** Names under which migrations are recorded, in order. Apart from the code, so that a start with nothing pending loads no ORM. */
export const SQLITE_MIGRATION_NAMES = [
  '20261123-first-schema',
  '20261127-settings-locks-tokens',
  '20261128-repositories',
  '20261129-repositories-of-owner',
] as const;

/** Table that records which migrations were applied. */
export const MIGRATION_TABLE = 'schema_migration';
