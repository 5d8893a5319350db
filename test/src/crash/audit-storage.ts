import fs from 'node:fs/promises';
import path from 'node:path';
import { collectArtifacts, expireUploads } from '@zas/artifact-registry';
import { collectOrphans, collectUnreferenced } from '@zas/content-store';
import { systemClock } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import Database from 'better-sqlite3';
import { registryOver } from './open-registry.js';
import { openStores, storePlaces } from './open-stores.js';

const HOUR_MS = 3_600_000;

/** Every version but delete markers. */
const OBJECTS = 'select bucket_id, size from object_current union all select bucket_id, size from object_version where delete_marker = 0';

/** What repositories hold. */
const HELD = 'select repository_id, size from manifest union all select repository_id, size from repository_blob';

/** Rows that nothing refers to, or that lack what they refer to; each query answers the ids of such rows. */
const CHECKS: Readonly<Record<string, string>> = {
  'content that is not live': 'select id from content where state <> 0 or refs < 1',
  'content with a wrong number of references': `
    select id from content where refs <> (select count(*) from (${referencesTo('content_id')}) where content_id = content.id)`,
  'reference to an absent content': `select content_id as id from (${referencesTo('content_id')}) where content_id not in (select id from content)`,
  'inline body without a reference': `select id from inline_body where id not in (${referencesTo('inline_id')})`,
  'reference to an absent inline body': `select inline_id as id from (${referencesTo('inline_id')}) where inline_id not in (select id from inline_body)`,
  'extent without a body': `select body_id as id from body_extent where body_id not in (${bodies()})`,
  'part without a body': `select body_id as id from body_part where body_id not in (${bodies()})`,
  'digest without a content': 'select content_id as id from content_digest where content_id not in (select id from content)',
  'part without an upload': 'select number as id from upload_part where upload_id not in (select upload_id from upload)',
  'usage that does not add up': `select bucket_id as id from bucket_usage where (objects, bytes) <>
    (select count(*), coalesce(sum(size), 0) from (${OBJECTS}) as stored where stored.bucket_id = bucket_usage.bucket_id)`,
  'two null versions of one key in bucket': `select bucket_id as id from (
    select bucket_id, key, nonce from object_current union all select bucket_id, key, nonce from object_version)
    where nonce is null group by bucket_id, key having count(*) > 1`,
  'version that is newer than the current one': `select version.seq as id from object_version as version
    join object_current as visible using (bucket_id, key) where version.seq > visible.seq`,
  'newest version that nobody sees': `select seq as id from object_version as version where delete_marker = 0
    and seq = (select max(seq) from object_version as other where other.bucket_id = version.bucket_id and other.key = version.key)
    and not exists (select 1 from object_current as visible where visible.bucket_id = version.bucket_id and visible.key = version.key)`,
  ...Object.fromEntries(
    ['repository_blob', 'manifest', 'manifest_reference', 'tag', 'blob_upload', 'repository_usage'].map((table) => [
      `${table} of an absent repository`,
      `select repository_id as id from ${table} where repository_id not in (select id from repository)`,
    ]),
  ),
  'usage that does not add up in repository': `select id from repository where
    coalesce((select json_array(manifests, blobs, bytes) from repository_usage where repository_id = id), json_array(0, 0, 0)) <>
    json_array((select count(*) from manifest where repository_id = id), (select count(*) from repository_blob where repository_id = id),
      (select coalesce(sum(size), 0) from (${HELD}) as held where held.repository_id = id))`,
  'tag without a manifest in repository': `select repository_id as id from tag where not exists (${manifestOf('tag.repository_id', 'tag.digest')})`,
  'reference of an absent manifest in repository': `select repository_id as id from manifest_reference as r where not exists (${manifestOf('r.repository_id', 'r.manifest')})`,
  'manifest that lacks what it references in repository': `select repository_id as id from manifest_reference as r where case kind
    when 'manifest' then not exists (${manifestOf('r.repository_id', 'r.digest')})
    else not exists (select 1 from repository_blob as b where b.repository_id = r.repository_id and b.digest = r.digest) end`,
  'blob that counts as used, or as unused, wrongly in repository': `select repository_id as id from repository_blob as b where (unused_since is null) <> ${referenced('blob', 'b')}`,
  'manifest that counts as used, or as unused, wrongly in repository': `select repository_id as id from manifest as m where (unused_since is null) <>
    (exists (select 1 from tag where tag.repository_id = m.repository_id and tag.digest = m.digest) or ${referenced('manifest', 'm')}
      or (subject is not null and subject_lost = 0))`,
  'subject that counts as lost, but is there in repository': `select repository_id as id from manifest as m where subject_lost = 1 and exists (${manifestOf('m.repository_id', 'm.subject')})`,
  'blob that was not collected in repository': 'select repository_id as id from repository_blob where unused_since is not null',
  'manifest that was not collected in repository': 'select repository_id as id from manifest where unused_since is not null',
  'blob upload that was not given up in repository': 'select repository_id as id from blob_upload',
};

function manifestOf(repository: string, digest: string): string {
  return `select 1 from manifest as found where found.repository_id = ${repository} and found.digest = ${digest}`;
}

function referenced(kind: 'blob' | 'manifest', table: string): string {
  return `exists (select 1 from manifest_reference as r where r.repository_id = ${table}.repository_id and r.kind = '${kind}' and r.digest = ${table}.digest)`;
}

function referencesTo(column: 'content_id' | 'inline_id'): string {
  const tables = ['object_current', 'object_version', 'upload_part', 'body_extent', 'repository_blob', 'manifest'];
  return tables.map((table) => `select ${column} from ${table} where ${column} is not null`).join(' union all ');
}

function bodies(): string {
  return ['object_current', 'object_version', 'upload_part'].map((table) => `select body_id from ${table} where body_id is not null`).join(' union ');
}

/**
 * Runs the clean-up to its end on the data folder of a dead server, with a clock
 * that is an hour ahead, so that every grace period and lease is over. Then compares
 * records and files.
 * @returns what is left over or missing; one line each
 */
export async function auditStorage(dataDir: string): Promise<string[]> {
  await cleanUp(dataDir);
  return compare(storePlaces(dataDir));
}

async function cleanUp(dataDir: string): Promise<void> {
  const { metadata, blobs, close } = await openStores(dataDir);
  try {
    let now = Date.now() + HOUR_MS;
    const clock = { ...systemClock, now: () => now++ };
    const registry = registryOver({ metadata, blobs, clock });
    while ((await expireUploads(registry, testContext())) > 0);
    // Level by level: what something that went has held counts as unused from then on.
    for (let went = true; went; ) {
      went = false;
      await collectArtifacts(registry, testContext(), () => void (went = true));
    }
    const parts = { metadata, blobs, clock, graceMs: 0, holder: 'audit' };
    await collectOrphans(parts, testContext());
    while (await collectUnreferenced(parts, testContext()));
  } finally {
    await close();
  }
}

async function compare(places: { readonly database: string; readonly blobs: string }): Promise<string[]> {
  const problems: string[] = [];
  const sizes = await sizesOfFiles(places.blobs);
  const database = new Database(places.database, { readonly: true });
  try {
    for (const [what, query] of Object.entries(CHECKS)) {
      for (const { id } of database.prepare(query).all() as { id: number }[]) problems.push(`${what}: ${id}`);
    }
    const contents = database.prepare('select locator, size from content').all() as { locator: string; size: number }[];
    for (const { locator, size } of contents) {
      const found = sizes.get(locator);
      if (found !== size) problems.push(`content ${locator}: ${size} bytes recorded, ${found ?? 'no'} stored`);
      sizes.delete(locator);
    }
  } finally {
    database.close();
  }
  return [...problems, ...[...sizes.keys()].map((file) => `file without a record: ${file}`)];
}

/** By locator, or by relative path for what is no blob. */
async function sizesOfFiles(root: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const entry of await fs.readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const [epoch, group, serial] = path.relative(root, file).split(path.sep);
    const locator = serial === undefined || group === undefined ? path.relative(root, file) : `${epoch}/${serial}`;
    sizes.set(locator, (await fs.stat(file)).size);
  }
  return sizes;
}
