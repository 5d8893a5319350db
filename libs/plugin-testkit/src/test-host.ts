import type { Logger, PluginDefinition, Point, Points } from '@zas/plugin-api';
import { PluginHost, type PluginInventory } from '@zas/plugin-host';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from './test-context.js';

export interface TestHostOptions {
  /** Definitions, alone or with config and name, in the order of the `plugins` list. */
  readonly plugins: readonly (PluginDefinition | { readonly plugin: PluginDefinition; readonly config?: unknown; readonly name?: string })[];
  /** What plugins may require of the host. */
  readonly services?: readonly { readonly point: Point<unknown>; readonly implementation: object }[];
  readonly logger?: Logger;
}

export interface TestHost {
  /** Everything that the plugins provide, behind the same guards as in the server. */
  readonly points: Points;
  /** The temporary `data.dir`. */
  readonly dataDir: string;
  inventory(): readonly PluginInventory[];
  /** Stops the plugins and removes the folder. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Boots a real plugin host over the given definitions in a temporary folder.
 * @throws PluginHostError as the server would; nothing is left behind then
 */
export async function startTestHost(options: TestHostOptions): Promise<TestHost> {
  const dataDir = await mkdtemp(join(tmpdir(), 'zas-test-host-'));
  const host = new PluginHost({
    plugins: options.plugins.map((entry) => ('plugin' in entry ? { use: entry.plugin, config: entry.config, name: entry.name } : { use: entry })),
    resolveFrom: join(dataDir, 'zas.yaml'),
    dataDir,
    logger: options.logger ?? silentLogger,
    limits: { start: 30_000, drain: 10_000, stop: 10_000 },
  });
  for (const { point, implementation } of options.services ?? []) host.provideService(point, implementation);
  const stop = async (): Promise<void> => {
    await host.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await host.boot();
  } catch (error) {
    await stop();
    throw error;
  }
  return { points: host.points(), dataDir, inventory: () => host.inventory(), stop };
}
