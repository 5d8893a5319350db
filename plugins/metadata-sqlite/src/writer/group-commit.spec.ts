import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Intent, PutObject } from '@zas/plugin-api';
import Database from 'better-sqlite3';
import { createDatabaseFile } from '../files/database-file.js';
import { migrate } from '../files/migrate.js';
import { GroupCommit } from './group-commit.js';
import type { CommandResult } from './messages.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'group-commit-'));
  path = join(folder, 'metadata.db');
  createDatabaseFile(path);
  await migrate(path);
});
afterEach(() => rm(folder, { recursive: true }));

const commands = (...intents: Intent[]) => intents.map((intent) => ({ intent, actor: { requestId: 'r' } }));
const createBucket = (name: string): Intent => ({ kind: 'create-bucket', name, owner: 'o', region: 'r', at: 1 });
const put = (bucketId: number, key: string, size = 1): PutObject => ({
  kind: 'put-object',
  bucketId,
  key,
  size,
  body: { kind: 'inline', bytes: new Uint8Array(size) },
  attributes: { etag: 'e', owner: 'o', storageClass: 'STANDARD', headers: {}, userMetadata: {} },
  at: 1,
  nonce: '0'.repeat(16),
});
const codes = (results: readonly CommandResult[]) => results.map((result) => ('ok' in result ? 'ok' : result.error.code));
const count = (table: string) => {
  const database = new Database(path);
  const rows = database.prepare(`select count(*) from ${table}`).pluck().get();
  database.close();
  return rows;
};

function madeBucket(group: GroupCommit): number {
  const [result] = group.commit(commands(createBucket('b'))).results;
  return (result as { ok: { bucketId: number } }).ok.bucketId;
}

describe('a group', () => {
  it('lets an intent that fails after it wrote fail alone and leave nothing', () => {
    const group = new GroupCommit(() => new Database(path), 0);
    const bucketId = madeBucket(group);
    const broken = put(bucketId, 'broken');
    // No owner: the row is refused after its inline body was written.
    const withoutOwner = { ...broken, attributes: { ...broken.attributes, owner: undefined as unknown as string } };
    const { results, failure } = group.commit(commands(put(bucketId, 'before'), withoutOwner, put(bucketId, 'after')));
    group.close();
    expect(codes(results)).toEqual(['ok', 'internal', 'ok']);
    expect(failure).toBeUndefined();
    expect(count('object_current')).toBe(2);
    expect(count('inline_body')).toBe(2);
    expect(count('feed')).toBe(3);
    const database = new Database(path);
    expect(database.prepare('select objects, bytes from bucket_usage').get()).toEqual({ objects: 2, bytes: 2 });
    expect(database.prepare('select feed_count from store_state').pluck().get()).toBe(3);
    database.close();
  });

  it('fails whole when the database is full, and works again on a new handle', () => {
    let full = false;
    const group = new GroupCommit(() => {
      const database = new Database(path);
      if (full) database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`);
      return database;
    }, 0);
    const bucketId = madeBucket(group);
    group.close();
    full = true;
    const failed = group.commit(commands(put(bucketId, 'small'), put(bucketId, 'large', 100_000)));
    expect(codes(failed.results)).toEqual(['no-space', 'no-space']);
    expect(failed.failure?.code).toBe('no-space');
    full = false;
    expect(codes(group.commit(commands(put(bucketId, 'small'))).results)).toEqual(['ok']);
    group.close();
    expect(count('object_current')).toBe(1);
  });

  it('fails whole when the commit fails, is not tried again, and the handle is opened anew', () => {
    let opened = 0;
    let commits = 0;
    const group = new GroupCommit(() => {
      opened++;
      const database = new Database(path);
      const prepare = database.prepare.bind(database);
      database.prepare = ((sql: string) => {
        const statement = prepare(sql);
        if (sql === 'commit' && opened === 2) {
          statement.run = () => {
            commits++;
            throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
          };
        }
        return statement;
      }) as typeof database.prepare;
      return database;
    }, 0);
    const bucketId = madeBucket(group);
    group.close();
    const failed = group.commit(commands(put(bucketId, 'a'), put(bucketId, 'b')));
    expect(codes(failed.results)).toEqual(['unavailable', 'unavailable']);
    expect(commits).toBe(1);
    expect(codes(group.commit(commands(put(bucketId, 'c'))).results)).toEqual(['ok']);
    expect(opened).toBe(3);
    group.close();
    expect(count('object_current')).toBe(1);
  });

  it('fails once another writer took the fence', () => {
    const group = new GroupCommit(() => new Database(path), 0);
    madeBucket(group);
    const database = new Database(path);
    database.exec('update store_state set fence = 1');
    database.close();
    const { results, failure } = group.commit(commands(createBucket('c')));
    expect(codes(results)).toEqual(['unavailable']);
    expect(failure).toBeDefined();
    group.close();
    expect(count('bucket')).toBe(1);
  });
});
