import { systemClock, type Clock, type Logger, type PluginInstance, type Point, type Points } from '@zas/plugin-api';
import type { z } from 'zod';
import type { PluginVariables } from './check-fragment.js';
import type { OnCall } from './guard/guard.js';
import { loadPlugins, type LoadedPlugins, type PluginSource } from './load-plugins.js';
import type { LoadedPlugin, PluginInventory } from './loaded-plugin.js';
import { Offers } from './offers.js';
import { PluginHostError } from './plugin-host-error.js';
import { setUpPlugin } from './set-up-plugin.js';
import { withTimeLimit } from './time-limit.js';

/** Milliseconds that each plugin has. */
export interface LifecycleLimits {
  readonly start: number;
  readonly drain: number;
  readonly stop: number;
}

export interface PluginHostOptions {
  /** In the order that counts for `ordered` points. */
  readonly plugins: readonly PluginSource[];
  /** Absolute path of the config file, or where one would stand; plugins are found from its folder. */
  readonly resolveFrom: string;
  /** Absolute path of the folder in which packages are looked for next. */
  readonly pluginsDir?: string;
  /** Absolute path of a module of the server, with whose dependencies the search ends. */
  readonly server?: string;
  /** `data.dir`, absolute. */
  readonly dataDir: string;
  readonly logger: Logger;
  readonly limits: LifecycleLimits;
  readonly clock?: Clock;
  /** Points without which the server itself cannot run. */
  readonly needed?: readonly Point<unknown>[];
  /** `ZAS_PLUGIN_…` variables, laid over the plugins' configs. */
  readonly environment?: PluginVariables;
  readonly onCall?: OnCall;
}

/**
 * Finds, checks, orders, starts and stops plugins: `load` → `setup` → `start` →
 * `drain` → `stop`, each at most once with effect. A plugin that fails stops the
 * boot with the reason; none is skipped silently.
 */
export class PluginHost {
  readonly #options: PluginHostOptions;
  readonly #offers = new Offers();
  #loaded: LoadedPlugins | undefined;
  #draining: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: PluginHostOptions) {
    this.#options = options;
  }

  /** Offers a service of the host. Before `load`, which checks that what plugins require is there. */
  provideService<T>(point: Point<T>, implementation: T & object): void {
    if (this.#loaded !== undefined) throw new Error('Services are provided before plugins are loaded');
    this.#offers.addService(point.key, implementation);
  }

  /**
   * Imports all plugins and checks versions, configs, cardinalities and requirements.
   * @throws PluginHostError with all problems
   */
  async load(): Promise<void> {
    const { plugins, resolveFrom, pluginsDir, server, needed = [], environment, logger } = this.#options;
    this.#loaded = await loadPlugins({
      sources: plugins,
      places: { from: resolveFrom, pluginsDir, server },
      needed,
      environment,
      services: this.#offers.serviceKeys,
    });
    for (const note of this.#loaded.notes) logger.info('plugin replaced', { note });
    for (const warning of this.#loaded.warnings) logger.warn('plugin setting ignored', { warning });
  }

  /**
   * Calls every plugin's `setup`, those first that others require. No I/O happens.
   * @throws PluginHostError naming every plugin that failed and could be tried
   */
  setup(): void {
    const { order, providers } = this.#mustBeLoaded();
    const { logger, dataDir, onCall } = this.#options;
    const failures: { problem: string; cause: unknown }[] = [];
    const failed = new Set<string>();
    for (const plugin of order) {
      const { requires = [], optional = [] } = plugin.definition;
      const needsFailed = [...requires, ...optional].some((point) => [...(providers.get(point.key) ?? [])].some((name) => failed.has(name)));
      if (!needsFailed) {
        try {
          setUpPlugin(plugin, { offers: this.#offers, providers, logger, dataDir, onCall, clock: this.#clock });
          continue;
        } catch (cause) {
          failures.push(this.#failure(plugin, 'failed in setup', cause));
        }
      }
      plugin.state = 'failed';
      failed.add(plugin.name);
    }
    if (failures.length > 0) throw new PluginHostError(failures.map(({ problem }) => problem), { cause: failures[0]?.cause });
  }

  /**
   * Starts one plugin after the other, those first that others require. After a
   * failure call `stop`.
   * @param signal gives up starting when it fires
   * @throws PluginHostError naming the plugin that failed or took too long
   */
  async start(signal?: AbortSignal): Promise<void> {
    for (const plugin of this.#mustBeLoaded().order) {
      if (this.#stopping !== undefined) throw new PluginHostError(['the server is being stopped']);
      const started = this.#clock.monotonic();
      plugin.begun = true;
      plugin.state = 'starting';
      try {
        await withTimeLimit(this.#options.limits.start, (own) => plugin.instance?.start?.(own), signal);
      } catch (cause) {
        plugin.state = 'failed';
        const failure = this.#failure(plugin, 'failed to start', cause);
        throw new PluginHostError([failure.problem], { cause: failure.cause });
      }
      plugin.startMs = this.#clock.monotonic() - started;
      plugin.state = 'started';
      this.#options.logger.debug('plugin started', { plugin: plugin.name, milliseconds: plugin.startMs });
    }
  }

  /** Tells plugins that no new work comes, dependents first. Failures are logged. Idempotent. */
  drain(): Promise<void> {
    this.#draining ??= this.#backwards('drain', async (plugin) => {
      if (plugin.state !== 'started') return;
      plugin.state = 'draining';
      await this.#endingHook(plugin, 'drain');
    });
    return this.#draining;
  }

  /**
   * Stops every plugin whose start was begun, dependents first, and disposes the
   * containers. A failing or hanging stop is logged and keeps no other from
   * stopping. Never rejects. Idempotent.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#backwards('stop', async (plugin) => {
      if (plugin.begun) await this.#endingHook(plugin, 'stop');
      await this.#attempt(plugin, 'stop', () => withTimeLimit(this.#options.limits.stop, () => plugin.container?.dispose()));
      if (plugin.state !== 'failed') plugin.state = 'stopped';
    }).then(() => this.#offers.clear());
    return this.#stopping;
  }

  /** `load`, `setup` and `start`; on failure stops what had begun, then rejects. */
  async boot(signal?: AbortSignal): Promise<void> {
    await this.load();
    try {
      this.setup();
      await this.start(signal);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Everything that is provided, guarded: for the bridge to the HTTP side. Filled by `setup`. */
  points(): Points {
    return this.#offers.everything();
  }

  /** Who provides a point, in the order of the config: where more than the implementation counts, as with path prefixes. */
  providers<T>(point: Point<T>): readonly { readonly plugin: string; readonly id: string; readonly implementation: T }[] {
    return this.#offers.of(point.key).map(({ plugin, id, implementation }) => ({ plugin, id, implementation: implementation as T }));
  }

  /** What is loaded, in the order of starting. */
  inventory(): readonly PluginInventory[] {
    if (this.#loaded === undefined) return [];
    const { order, providers } = this.#loaded;
    return order.map(({ name, definition, state, startMs, builtIn }) => ({
      name,
      id: definition.id,
      version: definition.version,
      provides: definition.provides.map((point) => point.key).filter((key) => providers.get(key)?.has(name)),
      requires: (definition.requires ?? []).map((point) => point.key),
      state,
      startMs,
      builtIn,
    }));
  }

  /** Config schemas by plugin name and by `use`, for printing configs with secrets as stars. */
  configSchemas(): ReadonlyMap<string, z.ZodType> {
    const schemas = new Map<string, z.ZodType>();
    for (const { name, position, definition } of this.#loaded?.order ?? []) {
      const use = this.#options.plugins[position]?.use;
      if (typeof use === 'string') schemas.set(use, definition.config);
      schemas.set(name, definition.config);
    }
    return schemas;
  }

  get #clock(): Clock {
    return this.#options.clock ?? systemClock;
  }

  #mustBeLoaded(): LoadedPlugins {
    if (this.#loaded === undefined) throw new Error('Plugins are not loaded');
    return this.#loaded;
  }

  #failure(plugin: LoadedPlugin, what: string, cause: unknown): { problem: string; cause: unknown } {
    const message = (cause as Error | undefined)?.message ?? String(cause);
    return {
      problem: `plugin "${plugin.name}" ${what}: ${plugin.scrubber.text(message)}`,
      cause: plugin.scrubber.value(cause),
    };
  }

  async #backwards(what: 'drain' | 'stop', step: (plugin: LoadedPlugin) => Promise<void>): Promise<void> {
    for (const plugin of [...(this.#loaded?.order ?? [])].reverse()) {
      await this.#attempt(plugin, what, () => step(plugin));
    }
  }

  async #endingHook(plugin: LoadedPlugin, hook: keyof PluginInstance & ('drain' | 'stop')): Promise<void> {
    await this.#attempt(plugin, hook, () => withTimeLimit(this.#options.limits[hook], (signal) => plugin.instance?.[hook]?.(signal)));
  }

  async #attempt(plugin: LoadedPlugin, what: 'drain' | 'stop', action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      plugin.state = 'failed';
      this.#options.logger.error(`plugin did not ${what}`, { plugin: plugin.name, error: plugin.scrubber.value(error) });
    }
  }
}
