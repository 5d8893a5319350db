import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger, testContext } from '@zas/plugin-testkit';
import Database from 'better-sqlite3';
import { configSchema } from './config.js';
import { ArtifactReader } from './readers/artifact-reader.js';
import { BucketReader } from './readers/bucket-reader.js';
import { ReadHandle } from './readers/read-handle.js';
import { SqliteMetadataStore } from './sqlite-metadata-store.js';
import { findSubjectAgain, loseSubject } from './tables/manifest-table.js';
import type { WriteSession } from './writer/write-session.js';

/** Remembers what it is asked to prepare. */
class ListeningHandle extends ReadHandle {
  readonly asked: string[] = [];

  override statement(sql: string) {
    this.asked.push(sql);
    return super.statement(sql);
  }
}

describe('what is looked up in a large repository is found in an index', () => {
  const context = testContext();
  const handle = new ListeningHandle();
  let folder: string;
  let database: Database.Database;
  let reader: ArtifactReader;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plans-'));
    const file = join(folder, 'metadata.db');
    const store = new SqliteMetadataStore({ ...configSchema.parse({}), path: file, logger: silentLogger });
    await store.open(() => undefined);
    await store.close();
    database = new Database(file);
    handle.open(file, 1, 1000);
    reader = new ArtifactReader(handle);
  });
  afterAll(async () => {
    handle.close();
    database.close();
    await rm(folder, { recursive: true });
  });

  /** How SQLite finds the rows of the first table of a statement. */
  const planOf = (sql: string) => {
    const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
    return (database.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[])[0]!.detail;
  };
  const planOfRead = async (read: () => Promise<unknown>) => {
    handle.asked.length = 0;
    await read();
    return planOf(handle.asked[0]!);
  };
  const planOfWrite = (write: (session: WriteSession) => void) => {
    const asked: string[] = [];
    const session = { write: (sql: string) => ({ run: () => void asked.push(sql) }) };
    write(session as unknown as WriteSession);
    return planOf(asked[0]!);
  };
  const limit = 10;

  it.each<[string, () => Promise<string>, string]>([
    ['a page of tags', () => planOfRead(() => reader.tags(context, 1, { after: 'a', limit })), 'PRIMARY KEY (repository_id=? AND name>?)'],
    ['the tags of a manifest', () => planOfRead(() => reader.tags(context, 1, { digest: 'sha256:a', after: 'a', limit })), 'INDEX tag_digest (repository_id=? AND digest=? AND name>?)'],
    ['referrers', () => planOfRead(() => reader.referrers(context, 1, 'sha256:a', { limit })), 'INDEX manifest_subject (repository_id=? AND subject=? AND digest>?)'],
    [
      'referrers of a type',
      () => planOfRead(() => reader.referrers(context, 1, 'sha256:a', { artifactType: 't', limit })),
      'INDEX manifest_subject_type (repository_id=? AND subject=? AND artifact_type=? AND digest>?)',
    ],
    ['a subject that is pushed', async () => planOfWrite((session) => findSubjectAgain(session, 1, 'sha256:a')), 'INDEX manifest_subject (repository_id=? AND subject=?)'],
    ['a subject that is deleted', async () => planOfWrite((session) => loseSubject(session, 1, 'sha256:a', 1)), 'INDEX manifest_subject (repository_id=? AND subject=?)'],
    ['a page of blobs', () => planOfRead(() => reader.blobs(context, 1, { after: 'sha256:a', limit })), 'PRIMARY KEY (repository_id=? AND digest>?)'],
    ['who holds a blob', () => planOfRead(() => reader.holders(context, 'sha256:a', limit)), 'INDEX repository_blob_digest (digest=?)'],
  ])('%s', async (_what, plan, expected) => {
    expect(await plan()).toContain(expected);
  });

  it('buckets by one lower bound, behind which a page begins', async () => {
    const buckets = new BucketReader(handle);
    for (const owner of [undefined, '1']) {
      const plan = await planOfRead(() => buckets.list(context, { owner, prefix: 'p', after: 'pa', limit: 3 }));
      expect(plan).toMatch(owner === undefined ? /^SEARCH bucket USING INDEX \w+ \(name>\? AND name<\?\)$/ : /^SEARCH bucket USING INDEX \w+ \(owner=\? AND name>\? AND name<\?\)$/);
      expect(handle.asked[0]!.match(/name >=? /g)).toHaveLength(1);
    }
  });
});
