import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isPlugin, systemClock, type Meter, type MetadataStore, type PluginEnvironment, type PluginInstance, type Points } from '@zas/plugin-api';
import { silentLogger, testContext } from '@zas/plugin-testkit';
import plugin from './index.js';
import type { SqliteMetadataConfig } from './config.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metadata-plugin-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Keeps what was measured, by instrument. */
class RecordingMeter implements Meter {
  readonly observed = new Map<string, number[]>();
  readonly gauges = new Map<string, () => number>();
  counter() {
    return { add: () => undefined };
  }
  histogram({ name }: { name: string }) {
    const values: number[] = [];
    this.observed.set(name, values);
    return { observe: (value: number) => void values.push(value) };
  }
  gauge({ name }: { name: string }, read: () => number) {
    this.gauges.set(name, read);
  }
}

function setUp(config: Record<string, unknown>, telemetry?: Meter): PluginInstance {
  const environment = {
    config: plugin.config.parse(config) as SqliteMetadataConfig,
    points: { optional: () => telemetry } as unknown as Points,
    logger: silentLogger,
    dataDir: join(folder, 'plugins', 'metadata-sqlite'),
    clock: systemClock,
  } as PluginEnvironment<SqliteMetadataConfig>;
  return plugin.setup(environment);
}

const signal = new AbortController().signal;

describe('the plugin', () => {
  it('is one, and refuses unknown or unfit config', () => {
    expect(isPlugin(plugin)).toBe(true);
    expect(plugin.config.safeParse({ cacheMB: 5 }).success).toBe(false);
    expect(plugin.config.safeParse({ cacheMegabytes: 0 }).success).toBe(false);
  });

  it('touches nothing before its start, keeps its file in the data folder, and measures', async () => {
    const telemetry = new RecordingMeter();
    const instance = setUp({}, telemetry);
    expect(existsSync(join(folder, 'plugins'))).toBe(false);
    expect(telemetry.gauges.size).toBe(0);
    await instance.start!(signal);
    const store = instance.provide[0]!.implementation as MetadataStore;
    const intent = { kind: 'create-bucket', name: 'b', owner: 'o', region: 'r', at: 1 } as const;
    await store.apply<'create-bucket'>(testContext(), intent);
    expect(existsSync(join(folder, 'plugins', 'metadata-sqlite', 'metadata.db'))).toBe(true);
    expect(telemetry.observed.get('metadata_commit_group_size')).toEqual([1]);
    expect(telemetry.observed.get('metadata_commit_seconds')).toHaveLength(1);
    expect(telemetry.gauges.get('metadata_queue_intents')!()).toBe(0);
    expect(telemetry.gauges.get('metadata_wal_bytes')!()).toBeGreaterThan(0);
    await instance.drain!(signal);
    await instance.stop!(signal);
    await instance.stop!(signal);
  });

  it('stops after a failed start, and works without a meter at another path', async () => {
    const path = join(folder, 'elsewhere', 'records.db');
    const [first, second] = [setUp({ path }), setUp({ path })];
    await first.start!(signal);
    await expect(second.start!(signal)).rejects.toMatchObject({ code: 'unavailable' });
    await second.stop!(signal);
    await first.stop!(signal);
    expect(existsSync(path)).toBe(true);
  });
});
