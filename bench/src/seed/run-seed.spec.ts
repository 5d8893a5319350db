import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sqlitePlugin from '@zas/metadata-sqlite';
import { metadataStore, type MetadataStore } from '@zas/plugin-api';
import { PluginHost } from '@zas/plugin-host';
import { silentLogger, testContext } from '@zas/plugin-testkit';
import { runSeed } from './run-seed.js';

const context = testContext();
const say = () => undefined;

describe('runSeed', () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'zas-seed-'));
  let host: PluginHost;
  let store: MetadataStore;
  let writes: readonly number[];

  beforeAll(async () => {
    const plain = await runSeed({ command: 'seed', bucket: 'plain', dataDir, objects: 1500, versions: 1, deleted: false }, say);
    const deep = await runSeed({ command: 'seed', bucket: 'deep', dataDir, objects: 2, versions: 30, deleted: true }, say);
    writes = [plain.writes, deep.writes];
    const limits = { start: 30_000, drain: 10_000, stop: 10_000 };
    host = new PluginHost({ plugins: [{ use: sqlitePlugin }], resolveFrom: path.join(dataDir, 'zas.yaml'), dataDir, logger: silentLogger, limits });
    await host.boot();
    store = host.points().one(metadataStore);
  });

  afterAll(async () => {
    await host.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  const bucketId = async (name: string) => (await store.buckets.find(context, name))!.id;

  it('says how much it wrote', () => {
    expect(writes).toEqual([1500, 62]);
  });

  it('keeps every key, in a thousand folders', async () => {
    const page = await store.objects.list(context, { bucketId: await bucketId('plain'), prefix: '', delimiter: '/', limit: 1001 });
    expect(page.entries).toHaveLength(1000);
    const inside = await store.objects.list(context, { bucketId: await bucketId('plain'), prefix: '007/', limit: 10 });
    expect(inside.entries.map((entry) => (entry.kind === 'object' ? entry.object.key : ''))).toEqual(['007/00000007', '007/00001007']);
  });

  it('makes versions, and deletes behind them', async () => {
    const query = { bucketId: await bucketId('deep'), prefix: '', limit: 1001 };
    expect((await store.objects.list(context, query)).entries).toEqual([]);
    const { entries } = await store.objects.listVersions(context, query);
    const markers = entries.filter((entry) => entry.kind === 'object' && entry.object.deleteMarker);
    expect([entries.length, markers.length]).toEqual([62, 2]);
  });

  it('refuses a bucket that is there already', async () => {
    await host.stop();
    await expect(runSeed({ command: 'seed', bucket: 'plain', dataDir, objects: 1, versions: 1, deleted: false }, say)).rejects.toMatchObject({ code: 'already-exists' });
  });
});
