import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';
import { auditStorage } from './audit-storage.js';
import { CrashModel } from './crash-model.js';
import { History } from './history.js';
import { INLINE_BYTES } from './load-client.js';
import { storePlaces } from './open-stores.js';
import { runCrash } from './run-crash.js';
import { joinedValue, makeBytes, putValue } from './stored-value.js';
import { verifyState } from './verify-state.js';

const LIMIT = 120_000;

describe('a server that is killed under load', () => {
  it('keeps what it acknowledged, tears nothing and leaks nothing', async () => {
    const seed = crypto.randomInt(2 ** 32);
    process.stderr.write(`crash test with seed ${seed}\n`);
    const result = await runCrash({ rounds: 6, seed });
    expect(result).toMatchObject({ rounds: 6, lost: [], torn: [], leaked: [] });
    expect(result.acknowledged).toBeGreaterThan(0);
  }, LIMIT);
});

describe('the verifier', () => {
  let server: ServerProcess;
  let client: SignedClient;
  const value = putValue('a', makeBytes('a', 10_000));

  beforeAll(async () => {
    server = await ServerProcess.start({ config: { log: { level: 'error' }, limits: { inlineBytes: INLINE_BYTES } } });
    client = new SignedClient(server.url);
    await client.send({ method: 'PUT', path: '/bucket' });
    await client.send({ method: 'PUT', path: '/bucket/key', body: value.bytes, headers: { 'x-amz-meta-tag': 'a' } });
  }, LIMIT);

  afterAll(async () => {
    client?.close();
    await server?.remove();
  });

  const modelOf = (objects: Record<string, typeof value | undefined>) => {
    const model = new CrashModel('bucket');
    for (const [key, expected] of Object.entries(objects)) model.objects.set(key, new History(expected));
    return model;
  };

  it('is content with the truth', async () => {
    expect(await verifyState(modelOf({ key: value, other: undefined }), client)).toEqual({ lost: [], torn: [] });
  });

  it('takes a write without an answer as done or not', async () => {
    const model = modelOf({ key: undefined, other: undefined });
    model.object('key').begin(value);
    model.object('other').begin(value);
    expect(await verifyState(model, client)).toEqual({ lost: [], torn: [] });
  });

  it('finds an object that is gone', async () => {
    const { lost } = await verifyState(modelOf({ key: value, other: value }), client);
    expect(lost).toEqual(['object other: absent']);
  });

  it('finds an older value', async () => {
    const model = modelOf({ key: value });
    model.object('key').begin(putValue('b', makeBytes('b', 10_000))).acknowledge();
    expect((await verifyState(model, client)).lost).toEqual(['object key: an older value']);
  });

  it('finds a value that nobody wrote, be it one byte or one record of another', async () => {
    const bytes = Buffer.from(value.bytes);
    bytes[5000]! ^= 1;
    expect((await verifyState(modelOf({ key: { ...value, bytes } }), client)).torn).toEqual(['object key: a value that nobody wrote']);
    expect((await verifyState(modelOf({ key: { ...value, tag: 'b' } }), client)).torn).toEqual(['object key: a value that nobody wrote']);
  });

  it('finds an object that nobody wrote in the listing', async () => {
    expect((await verifyState(modelOf({}), client)).torn).toEqual([`listing has key ${value.etag} 10000`]);
  });

  it('finds an upload that is gone, and one that is gone without its object', async () => {
    const model = modelOf({ key: value });
    model.uploads.set('absent', { id: 'absent', key: 'key', tag: 't', parts: new Map() });
    expect((await verifyState(model, client)).lost).toEqual(['upload of key']);
    const ending = { parts: [1], value: joinedValue('t', [value]) };
    model.uploads.set('absent', { id: 'absent', key: 'key', tag: 't', parts: new Map([[1, new History(value)]]), ending });
    expect((await verifyState(model, client)).torn[0]).toBe('upload of key: gone without its object');
  });
});

describe('the audit', () => {
  it('finds a file without a record, a record without a file, and rows without a reference', async () => {
    const server = await ServerProcess.start({ config: { log: { level: 'error' }, limits: { inlineBytes: INLINE_BYTES } } });
    try {
      const client = new SignedClient(server.url);
      await client.send({ method: 'PUT', path: '/bucket' });
      await client.send({ method: 'PUT', path: '/bucket/large', body: makeBytes('large', 10_000) });
      await client.send({ method: 'PUT', path: '/bucket/small', body: 'small' });
      client.close();
      await server.stop('SIGKILL');
      expect(await auditStorage(server.dataDir)).toEqual([]);
      const places = storePlaces(server.dataDir);
      const database = new Database(places.database);
      const [locator] = database.prepare('select locator from content').pluck().all() as string[];
      database.exec('insert into inline_body values (9999, zeroblob(5), 0); update bucket_usage set bytes = bytes + 1; update content set refs = 2');
      database.close();
      const [epoch, serial] = locator!.split('/') as [string, string];
      const file = path.join(places.blobs, epoch, serial.slice(0, 8), serial);
      await fs.truncate(file, 9_999);
      await fs.writeFile(path.join(places.blobs, '.left-over'), '');
      expect(await auditStorage(server.dataDir)).toEqual([
        expect.stringMatching(/^content with a wrong number of references/),
        'inline body without a reference: 9999',
        expect.stringMatching(/^usage that does not add up/),
        `content ${locator}: 10000 bytes recorded, 9999 stored`,
        'file without a record: .left-over',
      ]);
    } finally {
      await server.remove();
    }
  }, LIMIT);
});
