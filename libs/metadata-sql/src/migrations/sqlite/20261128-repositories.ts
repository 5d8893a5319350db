import { Migration } from '@mikro-orm/migrations';

const REPOSITORIES = [
  `create table repository (
    id integer not null primary key,
    name text not null,
    owner text not null,
    created_at integer not null
  )`,
  `create unique index repository_name on repository (name)`,
  `create table repository_usage (
    repository_id integer not null primary key,
    manifests integer not null,
    blobs integer not null,
    bytes integer not null
  )`,
  `create table repository_blob (
    repository_id integer not null,
    digest text not null,
    size integer not null,
    linked_at integer not null,
    unused_since integer null,
    inline_id integer null,
    content_id integer null,
    primary key (repository_id, digest)
  ) without rowid`,
  `create index repository_blob_digest on repository_blob (digest, repository_id)`,
  `create index repository_blob_unused on repository_blob (unused_since, repository_id, digest) where unused_since is not null`,
  `create table manifest (
    repository_id integer not null,
    digest text not null,
    media_type text not null,
    size integer not null,
    pushed_at integer not null,
    artifact_type text null,
    subject text null,
    subject_lost integer not null,
    unused_since integer null,
    pulled_at integer null,
    inline_id integer null,
    content_id integer null,
    annotations text null,
    primary key (repository_id, digest)
  ) without rowid`,
  `create index manifest_subject on manifest (repository_id, subject, digest) where subject is not null`,
  `create index manifest_subject_type on manifest (repository_id, subject, artifact_type, digest) where subject is not null`,
  `create index manifest_unused on manifest (unused_since, repository_id, digest) where unused_since is not null`,
  `create table manifest_reference (
    repository_id integer not null,
    manifest text not null,
    kind text not null,
    digest text not null,
    primary key (repository_id, manifest, kind, digest)
  ) without rowid`,
  `create index manifest_reference_digest on manifest_reference (repository_id, kind, digest)`,
  `create table tag (
    repository_id integer not null,
    name text not null,
    digest text not null,
    moved_at integer not null,
    pulled_at integer null,
    primary key (repository_id, name)
  ) without rowid`,
  `create index tag_digest on tag (repository_id, digest, name)`,
  `create table blob_upload (
    upload_id text primary key,
    repository_id integer not null,
    principal text null,
    algorithm text not null,
    locator text not null,
    started_at integer not null,
    touched_at integer not null
  ) without rowid`,
  `create unique index blob_upload_locator on blob_upload (locator)`,
  `create index blob_upload_touched on blob_upload (touched_at)`,
  `create index blob_upload_repository on blob_upload (repository_id)`,
];

/** An entry is of a bucket or of a repository now, so neither must be there. */
const FEED = [
  `alter table feed rename to old_feed`,
  `create table feed (
    position integer not null primary key,
    kind text not null,
    at integer not null,
    bucket_id integer null,
    bucket text null,
    key blob null,
    version_id text null,
    size integer null,
    etag text null,
    cause text null,
    principal text null,
    credential_id text null,
    address text null,
    request_id text not null,
    repository_id integer null,
    repository text null,
    digest text null,
    tag text null
  )`,
  `insert into feed select *, null, null, null, null from old_feed`,
  `drop table old_feed`,
];

/** Repositories with their blobs, manifests, tags and uploads. */
export class Repositories extends Migration {
  override up(): void {
    for (const statement of [...REPOSITORIES, ...FEED]) this.addSql(statement);
  }
}
