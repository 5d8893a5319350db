import path from 'node:path';
import sqlitePlugin from '@zas/metadata-sqlite';
import type { BlobStore, MetadataStore, PluginDefinition, PluginEnvironment, PluginInstance, Point } from '@zas/plugin-api';
import { blobStore, metadataStore, systemClock } from '@zas/plugin-api';
import { silentLogger } from '@zas/plugin-testkit';
import filesystemPlugin from '@zas/storage-filesystem';

/** The stores of a data folder, in this process. */
export interface OpenStores {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

/** Where the built-in plugins keep their data. */
export function storePlaces(dataDir: string) {
  const plugins = path.join(dataDir, 'plugins');
  return { plugins, database: path.join(plugins, 'metadata-sqlite/metadata.db'), blobs: path.join(plugins, 'storage-filesystem/blobs') };
}

/** Starts the built-in stores on the data folder of a server that is not running. What had begun is closed when it rejects. */
export async function openStores(dataDir: string): Promise<OpenStores> {
  const instances = [setUp(sqlitePlugin, dataDir), setUp(filesystemPlugin, dataDir)];
  const close = async () => {
    for (const instance of instances.toReversed()) await instance.stop?.(new AbortController().signal);
  };
  try {
    for (const instance of instances) await instance.start?.(new AbortController().signal);
  } catch (error) {
    await close();
    throw error;
  }
  return { metadata: provided(instances, metadataStore), blobs: provided(instances, blobStore), close };
}

function setUp(plugin: PluginDefinition, dataDir: string): PluginInstance {
  const points = { one: absent, optional: () => undefined, all: () => [], capability: () => undefined };
  const environment = {
    config: plugin.config.parse({}),
    points,
    logger: silentLogger,
    dataDir: path.join(storePlaces(dataDir).plugins, plugin.id),
    clock: systemClock,
  };
  // These two plugins use no container.
  return plugin.setup(environment as unknown as PluginEnvironment<unknown>);
}

function absent(): never {
  throw new Error('Nothing else is loaded');
}

function provided<T>(instances: readonly PluginInstance[], point: Point<T>): T {
  return instances.flatMap((instance) => instance.provide).find((provision) => provision.point.key === point.key)!.implementation as T;
}
