import { Migration } from '@mikro-orm/migrations';

/** Columns that a current object and an older version share; see `entities/object.ts`. */
const VERSION_COLUMNS = `
  nonce text null,
  size integer not null,
  modified_at integer not null,
  etag text not null,
  owner text not null,
  storage_class text not null,
  checksum_algorithm text null,
  checksum_type text null,
  rest text null,
  inline_id integer null,
  content_id integer null,
  content_offset integer null,
  body_id integer null,
  part_count integer null`;

const TABLES = [
  `create table store_state (
    id integer not null primary key,
    fence integer not null,
    sequence integer not null,
    feed_count integer not null,
    feed_trimmed_to integer not null
  )`,
  `insert into store_state values (1, 0, 0, 0, 0)`,

  `create table bucket (
    id integer not null primary key,
    name text not null,
    owner text not null,
    created_at integer not null,
    region text not null,
    versioning text not null
  )`,
  `create unique index bucket_name on bucket (name)`,
  `create index bucket_owner on bucket (owner, name)`,
  `create table bucket_usage (bucket_id integer not null primary key, objects integer not null, bytes integer not null)`,

  `create table object_current (
    bucket_id integer not null,
    key blob not null,
    seq integer not null,
    ${VERSION_COLUMNS},
    primary key (bucket_id, key)
  ) without rowid`,
  `create table object_version (
    bucket_id integer not null,
    key blob not null,
    seq integer not null,
    ${VERSION_COLUMNS},
    delete_marker integer not null,
    primary key (bucket_id, key, seq desc)
  ) without rowid`,
  `create unique index object_version_null on object_version (bucket_id, key) where nonce is null`,

  `create table inline_body (id integer not null primary key, bytes blob not null, crc32 integer not null)`,
  `create table body_extent (
    body_id integer not null,
    start integer not null,
    length integer not null,
    inline_id integer null,
    content_id integer null,
    source_offset integer not null,
    primary key (body_id, start)
  ) without rowid`,
  `create table body_part (
    body_id integer not null,
    number integer not null,
    start integer not null,
    size integer not null,
    checksum text null,
    primary key (body_id, number)
  ) without rowid`,

  `create table content (
    id integer not null primary key,
    locator text not null,
    size integer not null,
    domain text not null,
    state integer not null,
    refs integer not null,
    condemned_at integer null,
    block_sums blob not null
  )`,
  `create unique index content_locator on content (locator)`,
  `create index content_unreferenced on content (condemned_at) where state > 0`,
  `create table content_digest (
    digest blob not null,
    algorithm text not null,
    domain text not null,
    content_id integer not null,
    primary key (digest, algorithm, domain, content_id)
  ) without rowid`,
  `create index content_digest_content on content_digest (content_id)`,

  `create table upload (
    bucket_id integer not null,
    key blob not null,
    initiated_at integer not null,
    upload_id text not null,
    owner text not null,
    storage_class text not null,
    rest text null,
    checksum_algorithm text null,
    checksum_type text null,
    initiator text not null,
    initiator_account text not null,
    primary key (bucket_id, key, initiated_at, upload_id)
  ) without rowid`,
  `create unique index upload_upload_id on upload (upload_id)`,
  `create index upload_initiated on upload (initiated_at)`,
  `create table upload_part (
    upload_id text not null,
    number integer not null,
    seq integer not null,
    size integer not null,
    etag text not null,
    modified_at integer not null,
    checksum_algorithm text null,
    checksum text null,
    inline_id integer null,
    content_id integer null,
    content_offset integer null,
    body_id integer null,
    primary key (upload_id, number)
  ) without rowid`,
  `create table completed_upload (
    upload_id text primary key,
    bucket_id integer not null,
    key blob not null,
    completed_at integer not null,
    etag text not null,
    version_id text not null,
    checksum text null,
    parts_digest text not null
  ) without rowid`,
  `create index completed_upload_time on completed_upload (completed_at)`,

  `create table feed (
    position integer not null primary key,
    kind text not null,
    at integer not null,
    bucket_id integer not null,
    bucket text not null,
    key blob null,
    version_id text null,
    size integer null,
    etag text null,
    cause text null,
    principal text null,
    credential_id text null,
    address text null,
    request_id text not null
  )`,
  `create table feed_reader (name text primary key, position integer not null) without rowid`,
  `create table lease (
    name text primary key,
    holder text not null,
    fence integer not null,
    expires_at integer not null
  ) without rowid`,
  `create unique index lease_fence on lease (fence)`,
  `create table document (
    namespace text not null,
    collection text not null,
    id text not null,
    revision integer not null,
    value text not null,
    primary key (namespace, collection, id)
  ) without rowid`,
];

/** Tables of buckets, objects, bodies, uploads, feed, leases and documents. */
export class FirstSchema extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement);
  }
}
