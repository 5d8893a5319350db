import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger, testContext } from '@zas/plugin-testkit';
import Database from 'better-sqlite3';
import { createDatabaseFile } from '../files/database-file.js';
import { migrate } from '../files/migrate.js';
import { WriterClient } from './writer-client.js';

const context = testContext();
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'writer-client-'));
  path = join(folder, 'metadata.db');
  createDatabaseFile(path);
  await migrate(path);
});
afterEach(() => rm(folder, { recursive: true }));

describe('the writer client', () => {
  it('shares commits, rejects what a dying writer had taken, and starts another', async () => {
    const groups: number[] = [];
    const workers: Worker[] = [];
    const data = { path, fence: 0, cacheMegabytes: 1, busyTimeoutMs: 100, groupMaxIntents: 8, walResetMegabytes: 8 };
    const client = new WriterClient(
      data,
      { queueMaxIntents: 1000, queueMaxBytes: 1_000_000 },
      silentLogger,
      (intents) => groups.push(intents),
      (file, workerData) => {
        const worker = new Worker(new URL(`./${file}`, import.meta.url), { workerData });
        workers.push(worker);
        return worker;
      },
    );
    await client.start();
    const create = (name: string) => client.apply(context, { kind: 'create-bucket', name, owner: 'o', region: 'r', at: 1 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => create(`a${i}`)));
    expect(groups).toEqual([8, 8, 4]);

    // A tool that holds the database keeps the writer busy until it is ended.
    const tool = new Database(path);
    tool.exec('begin immediate');
    const lost = create('lost');
    // The intents of a turn are sent at its end.
    await new Promise((resolve) => setImmediate(resolve));
    const ended = workers[0]!.terminate();
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
    await ended;
    tool.close();
    expect(client.failure).toBeDefined();
    expect(client.waitingIntents).toBe(0);
    await expect(create('too soon')).rejects.toMatchObject({ code: 'unavailable' });
    await new Promise((resolve) => setTimeout(resolve, 510));
    await create('kept');
    expect(client.restarts).toBe(1);
    expect(client.failure).toBeUndefined();
    await client.stop();
    await expect(create('late')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
