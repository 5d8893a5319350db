import type { DependencyContainer } from 'tsyringe';
import type { z } from 'zod';
import type { Clock } from './clock.js';
import type { Logger } from './logger.js';
import type { Capability, Point } from './point.js';

/** The version of `definePlugin` that this package speaks; manifests state a semver range of it. */
export const API_VERSION = '0.1.0';

/** What a plugin asked for in `requires` or `optional`, each behind the host's guard. */
export interface Points {
  /** The provider of a `one` point or service. Throws when it was not listed in `requires`. */
  one<T>(point: Point<T>): T;
  /** The provider of a `one` point listed in `optional`, if there is one. */
  optional<T>(point: Point<T>): T | undefined;
  /** All providers of a `many` or `ordered` point, in order. */
  all<T>(point: Point<T>): readonly T[];
  /** An optional ability of the provider of a `one` point; absent when it has none. */
  capability<T>(point: Point<unknown>, capability: Capability<T>): T | undefined;
}

/** What `setup` receives. All of it is values; nothing here does I/O by itself. */
export interface PluginEnvironment<C> {
  /** The plugin's own config fragment, validated by its schema. */
  readonly config: C;
  readonly points: Points;
  /** Adds the plugin id to each line. */
  readonly logger: Logger;
  /** Absolute path of `<data.dir>/plugins/<name>`; not created for the plugin. Built-in stores use it too. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** The plugin's own isolated container, seeded with config, logger and the required points. Optional to use. */
  readonly container: DependencyContainer;
}

/** One implementation offered for one point. */
export interface Provision<T = unknown> {
  readonly point: Point<T>;
  readonly implementation: T;
  readonly capabilities: readonly { readonly capability: Capability<unknown>; readonly implementation: unknown }[];
}

/** Offers `implementation` for `point`, with optional abilities. */
export function provide<T>(
  point: Point<T>,
  implementation: T,
  capabilities: readonly { capability: Capability<unknown>; implementation: unknown }[] = [],
): Provision<T> {
  return { point, implementation, capabilities };
}

/** Offers one optional ability; see {@link provide}. */
export function provideCapability<T>(capability: Capability<T>, implementation: T) {
  return { capability: capability as Capability<unknown>, implementation: implementation as unknown };
}

/** What `setup` returns. Hooks are called at most once each, `stop` also after a failed start. */
export interface PluginInstance {
  readonly provide: readonly Provision[];
  /** First I/O: open, connect, migrate. Rejecting stops the boot with the reason. */
  start?(signal: AbortSignal): Promise<void>;
  /** No new work comes from outside any more; finish what runs. */
  drain?(signal: AbortSignal): Promise<void>;
  /** Release everything. Must be safe after a partial start. */
  stop?(signal: AbortSignal): Promise<void>;
}

/** The manifest and the code of a plugin, as one value. */
export interface PluginDefinition<S extends z.ZodType = z.ZodType> {
  /** Kebab-case, unique among loaded plugins unless the config gives a `name`. */
  readonly id: string;
  /** Semver range of {@link API_VERSION}. */
  readonly apiVersion: string;
  /** The plugin's own version, for the inventory. */
  readonly version: string;
  readonly provides: readonly Point<unknown>[];
  readonly requires?: readonly Point<unknown>[];
  readonly optional?: readonly Point<unknown>[];
  /** Schema of the plugin's config fragment; a strict zod object. Mark secrets with `secret()`. */
  readonly config: S;
  /** Declares only: no I/O, no timers, no calls of other plugins. May throw to refuse its config. */
  setup(environment: PluginEnvironment<z.output<S>>): PluginInstance;
}

const BRAND = Symbol.for('zas:plugin/v1');

/**
 * A plugin is a value: a package's default export made by this function.
 * It only brands and freezes; the host validates when it loads.
 */
export function definePlugin<S extends z.ZodType>(definition: PluginDefinition<S>): PluginDefinition<S> {
  const plugin = { ...definition };
  Object.defineProperty(plugin, BRAND, { value: true });
  return Object.freeze(plugin);
}

/** Recognises what `definePlugin` of any copy of this package made. */
export function isPlugin(value: unknown): value is PluginDefinition {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}
