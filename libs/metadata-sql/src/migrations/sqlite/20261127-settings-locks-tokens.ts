import { Migration } from '@mikro-orm/migrations';

/** Buckets that were made before there were settings: what AWS gives to new ones. */
const AS_NEW = JSON.stringify({
  objectOwnership: 'BucketOwnerEnforced',
  publicAccessBlock: { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true },
});

const TABLES = [
  `alter table bucket add column object_lock integer not null default 0`,
  `alter table bucket add column revision integer not null default 0`,
  `alter table bucket add column settings text not null default '{}'`,
  `update bucket set settings = '${AS_NEW}'`,
  ...['object_current', 'object_version', 'upload'].flatMap((table) => [
    `alter table ${table} add column retain_mode text null`,
    `alter table ${table} add column retain_until integer null`,
    `alter table ${table} add column legal_hold integer null`,
  ]),
  `create table client_token (
    bucket_id integer not null,
    token text not null,
    request text not null,
    used_at integer not null,
    primary key (bucket_id, token)
  ) without rowid`,
  `create index client_token_time on client_token (used_at)`,
];

/** Settings and locks of buckets, locks of versions, tokens of repeatable requests. */
export class SettingsLocksTokens extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement);
  }
}
