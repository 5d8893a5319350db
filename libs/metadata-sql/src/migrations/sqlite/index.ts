import type { MigrationObject } from '@mikro-orm/core';
import { FirstSchema } from './20261123-first-schema.js';
import { SettingsLocksTokens } from './20261127-settings-locks-tokens.js';
import { Repositories } from './20261128-repositories.js';
import { RepositoriesOfOwner } from './20261129-repositories-of-owner.js';
import { SQLITE_MIGRATION_NAMES } from './names.js';

/** All migrations of the SQLite dialect in order; a published one never changes. */
export const SQLITE_MIGRATIONS: readonly MigrationObject[] = [
  { name: SQLITE_MIGRATION_NAMES[0], class: FirstSchema },
  { name: SQLITE_MIGRATION_NAMES[1], class: SettingsLocksTokens },
  { name: SQLITE_MIGRATION_NAMES[2], class: Repositories },
  { name: SQLITE_MIGRATION_NAMES[3], class: RepositoriesOfOwner },
];
