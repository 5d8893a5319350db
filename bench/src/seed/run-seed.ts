import fs from 'node:fs';
import path from 'node:path';
import sqlitePlugin from '@zas/metadata-sqlite';
import { metadataStore, type MetadataStore } from '@zas/plugin-api';
import { PluginHost } from '@zas/plugin-host';
import { silentLogger, testContext } from '@zas/plugin-testkit';
import type { SeedOptions } from '../options.js';
import { repeat } from '../stores/measure-calls.js';
import { ObjectWriter } from './object-writer.js';

/** Writes that wait for a commit together. */
export const CALLERS = 2000;
/** One sync for many: what is half seeded after a crash is seeded again. */
const CONFIG = { groupMaxIntents: 1000 };
const FOLDERS = 1000;
const BODY = Buffer.from('seeded');
const PROGRESS_EVERY = 100_000;
const LIMITS = { start: 60_000, drain: 60_000, stop: 60_000 };

export interface SeedResult {
  readonly writes: number;
  readonly seconds: number;
}

/**
 * Opens the metadata of a data folder whose server is not running, for `use`.
 * @throws `unavailable` when a server runs on the folder
 */
export async function withStoreOf<T>(folder: string, use: (store: MetadataStore) => Promise<T>): Promise<T> {
  const dataDir = path.resolve(folder);
  fs.mkdirSync(dataDir, { recursive: true });
  const host = new PluginHost({
    plugins: [{ use: sqlitePlugin, config: CONFIG }],
    resolveFrom: path.join(dataDir, 'zas.yaml'),
    dataDir,
    logger: silentLogger,
    limits: LIMITS,
  });
  try {
    await host.boot();
    return await use(host.points().one(metadataStore));
  } finally {
    await host.stop();
  }
}

/**
 * Makes a new bucket of the server's root with keys `NNN/NNNNNNNN`, a thousand folders of them.
 * @throws `unavailable` when a server runs on the folder, `already-exists` when the bucket is there
 */
export async function runSeed(options: SeedOptions, say: (line: string) => void): Promise<SeedResult> {
  return withStoreOf(options.dataDir, async (store) => {
    const started = performance.now();
    const versioning = options.versions > 1 || options.deleted;
    const writes = await fill(options, await ObjectWriter.inNewBucket(store, testContext(), options.bucket, versioning), say);
    return { writes, seconds: (performance.now() - started) / 1000 };
  });
}

async function fill({ objects, versions, deleted }: SeedOptions, writer: ObjectWriter, say: (line: string) => void): Promise<number> {
  const key = (i: number) => `${String(i % FOLDERS).padStart(3, '0')}/${String(i).padStart(8, '0')}`;
  const [puts, removals] = [objects * versions, deleted ? objects : 0];
  const progress = (done: number) => {
    if (done % PROGRESS_EVERY === 0) say(`${done} of ${puts + removals} written`);
  };
  let done = 0;
  await repeat(puts, CALLERS, async (i) => {
    await writer.put(key(i % objects), BODY);
    progress(++done);
  });
  await repeat(removals, CALLERS, async (i) => {
    await writer.remove(key(i));
    progress(++done);
  });
  return done;
}
