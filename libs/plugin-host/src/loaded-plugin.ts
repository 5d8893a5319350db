import type { PluginDefinition, PluginInstance } from '@zas/plugin-api';
import type { DependencyContainer } from 'tsyringe';
import type { Scrubber } from './scrub.js';

/** Where a plugin is in its life. */
export type PluginState = 'loaded' | 'set-up' | 'starting' | 'started' | 'draining' | 'stopped' | 'failed';

/** One plugin of the running server, as `GET /admin/plugins` shows it. */
export interface PluginInventory {
  readonly name: string;
  readonly id: string;
  readonly version: string;
  /** Keys of the points that it provides and that no other plugin provides in its place. */
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  readonly state: PluginState;
  /** Milliseconds that `start` took; absent before. */
  readonly startMs?: number;
  readonly builtIn: boolean;
}

/** A plugin that passed its own checks. */
export interface LoadedPlugin {
  readonly name: string;
  readonly position: number;
  readonly builtIn: boolean;
  readonly definition: PluginDefinition;
  readonly config: unknown;
  readonly scrubber: Scrubber;
  state: PluginState;
  startMs?: number;
  /** True from the moment its `start` was called: from then on it must be stopped. */
  begun: boolean;
  instance?: PluginInstance;
  container?: DependencyContainer;
}
