import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger, testContext } from '@zas/plugin-testkit';
import Database from 'better-sqlite3';
import { configSchema } from './config.js';
import { SqliteMetadataStore } from './sqlite-metadata-store.js';

const context = testContext();
let folder: string;
let path: string;
const opened: SqliteMetadataStore[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metadata-store-'));
  path = join(folder, 'metadata.db');
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

async function open(config: Record<string, unknown> = {}): Promise<SqliteMetadataStore> {
  const store = new SqliteMetadataStore({ ...configSchema.parse(config), path, logger: silentLogger });
  opened.push(store);
  await store.open(() => undefined);
  return store;
}

const createBucket = (store: SqliteMetadataStore, name = 'b') =>
  store.apply<'create-bucket'>(context, { kind: 'create-bucket', name, owner: 'o', region: 'r', at: 1 });

const put = (store: SqliteMetadataStore, bucketId: number, key: string, size = 10) =>
  store.apply<'put-object'>(context, {
    kind: 'put-object',
    bucketId,
    key,
    size,
    body: { kind: 'inline', bytes: new Uint8Array(size) },
    attributes: { etag: 'e', owner: 'o', storageClass: 'STANDARD', headers: {}, userMetadata: {} },
    at: 1,
    nonce: '0'.repeat(16),
  });

describe('one writing process per folder', () => {
  it('refuses a second store until the first is closed', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Another process') });
    await createBucket(first);
    await first.close();
    const second = await open();
    expect(await second.buckets.find(context, 'b')).toBeDefined();
  });

  it('keeps what a killed process had acknowledged, and frees its lock', async () => {
    const script = `
      import { SqliteMetadataStore } from ${JSON.stringify(new URL('./sqlite-metadata-store.js', import.meta.url).href)};
      const quiet = () => undefined;
      const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => logger };
      const store = new SqliteMetadataStore({ ...JSON.parse(process.argv[2]), logger });
      await store.open(quiet);
      const context = { requestId: 'r', logger, signal: new AbortController().signal };
      for (let i = 0; ; i++) {
        await store.apply(context, { kind: 'create-bucket', name: 'b' + i, owner: 'o', region: 'r', at: 1 });
        process.stdout.write(i + '\\n');
      }`;
    const options = JSON.stringify({ ...configSchema.parse({}), path });
    await writeFile(join(folder, 'writer.mjs'), script);
    const child = spawn(process.execPath, [join(folder, 'writer.mjs'), options], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > 500) child.kill('SIGKILL');
    });
    while (output === '' && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(open()).rejects.toMatchObject({ code: 'unavailable' });
    await once(child, 'close');
    const acknowledged = output.split('\n').slice(0, -1).length;
    const store = await open();
    const buckets = await store.buckets.list(context, { limit: 10_000 });
    expect(acknowledged).toBeGreaterThan(10);
    expect(buckets.length).toBeGreaterThanOrEqual(acknowledged);
  });
});

describe('a failing database', () => {
  it('degrades the probe and recovers by itself', async () => {
    const store = await open({ busyTimeoutMs: 50 });
    await createBucket(store);
    expect(await store.probe.check(context)).toEqual({ state: 'healthy' });
    const tool = new Database(path);
    tool.exec('begin immediate');
    await expect(createBucket(store, 'c')).rejects.toMatchObject({ code: 'unavailable' });
    expect(await store.probe.check(context)).toMatchObject({ state: 'degraded', reason: expect.any(String) });
    expect(await store.buckets.find(context, 'b')).toBeDefined();
    tool.exec('rollback');
    tool.close();
    expect(await store.probe.check(context)).toEqual({ state: 'healthy' });
    await createBucket(store, 'c');
  });

  it('is not asked before the start and after the stop', async () => {
    const store = new SqliteMetadataStore({ ...configSchema.parse({}), path, logger: silentLogger });
    await expect(createBucket(store)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.buckets.find(context, 'b')).rejects.toMatchObject({ code: 'unavailable' });
    expect((await store.probe.check(context)).state).toBe('unhealthy');
    await store.close();
  });
});

describe('what comes in', () => {
  it('is bounded: beyond the queue it has to slow down', async () => {
    const store = await open({ queueMaxIntents: 10 });
    const { bucketId } = await createBucket(store);
    const results = await Promise.allSettled(Array.from({ length: 15 }, (_, i) => put(store, bucketId, `k${i}`)));
    const refused = results.filter((result) => result.status === 'rejected').map((result) => (result.reason as { code: string }).code);
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'slow-down'));
    await put(store, bucketId, 'later');
  });

  it('is refused alone when it is no plain value or unknown', async () => {
    const store = await open();
    const good = createBucket(store);
    const document = { kind: 'put-document', namespace: 'n', collection: 'c', id: 'i' } as const;
    await expect(store.apply<'put-document'>(context, { ...document, value: 1n })).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(store.apply<'put-document'>(context, { ...document, value: undefined })).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(store.apply(context, { kind: 'unknown' } as never)).rejects.toMatchObject({ code: 'not-implemented' });
    await good;
  });
});

describe('room in the file', () => {
  it('goes back to the file system once most of it is unused', async () => {
    const store = await open({ walResetMegabytes: 1 });
    const { bucketId } = await createBucket(store);
    await Promise.all(Array.from({ length: 1500 }, (_, k) => put(store, bucketId, `k${k}`, 20_000)));
    const remove = (k: number) =>
      store.apply<'delete-object'>(context, { kind: 'delete-object', bucketId, key: `k${k}`, at: 1, nonce: '0'.repeat(16) });
    await Promise.all(Array.from({ length: 1500 }, (_, k) => remove(k)));
    const deadline = Date.now() + 20_000;
    while (statSync(path).size > 10 * 1024 * 1024 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 200));
    expect(statSync(path).size).toBeLessThanOrEqual(10 * 1024 * 1024);
  });
});

describe('the write-ahead log', () => {
  it('stays bounded under steady load with readers, and recovers after a long read', async () => {
    const store = await open({ walResetMegabytes: 1 });
    const { bucketId } = await createBucket(store);
    const walMiB = () => statSync(`${path}-wal`).size / 1024 / 1024;
    let most = 0;
    const load = async (rounds: number) => {
      for (let i = 0; i < rounds; i++) {
        await Promise.all(Array.from({ length: 32 }, (_, k) => put(store, bucketId, `k${k}`, 20_000)));
        await store.objects.list(context, { bucketId, prefix: '', limit: 100 });
        most = Math.max(most, walMiB());
      }
    };
    await load(120);
    expect(most).toBeLessThan(30);

    const reader = new Database(path, { readonly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from feed').get();
    await load(60);
    reader.exec('commit');
    reader.close();
    await load(60);
    const inUse = store.walBytes / 1024 / 1024;
    expect(inUse).toBeLessThan(30);
  });
});

describe('small bodies', () => {
  it('are never served with a flipped byte, nor copied, and the check finds them', async () => {
    const store = await open();
    const { bucketId } = await createBucket(store);
    await put(store, bucketId, 'good');
    await put(store, bucketId, 'rotten');
    const bad = (await store.objects.find(context, { bucketId, key: 'rotten' }))!;
    const inlineId = (bad.body as { inlineId: number }).inlineId;
    await store.close();
    const raw = new Database(path);
    raw.prepare("update inline_body set bytes = cast('x' || substr(bytes, 2) as blob) where id = ?").run(inlineId);
    raw.close();

    const again = await open();
    await expect(again.objects.find(context, { bucketId, key: 'rotten' }, { body: true })).rejects.toMatchObject({ code: 'corrupt' });
    await expect(again.objects.inlineBytes(context, inlineId)).rejects.toMatchObject({ code: 'corrupt' });
    expect(await again.objects.find(context, { bucketId, key: 'good' }, { body: true })).toBeDefined();
    const copy = again.apply<'put-object'>(context, {
      kind: 'put-object',
      bucketId,
      key: 'copy',
      size: 10,
      body: { kind: 'copy', from: { bucketId, key: 'rotten', seq: bad.seq } },
      attributes: { etag: 'e', owner: 'o', storageClass: 'STANDARD', headers: {}, userMetadata: {} },
      at: 1,
      nonce: '0'.repeat(16),
    });
    await expect(copy).rejects.toMatchObject({ code: 'corrupt' });
    expect(await again.objects.find(context, { bucketId, key: 'copy' })).toBeUndefined();
    expect(await again.blobs.checkInline(context, { after: 0, limit: 100 })).toEqual({ corrupt: [inlineId], next: undefined });
  });
});
