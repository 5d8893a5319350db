import { type Clock, type Logger, type PluginInstance, type Point } from '@zas/plugin-api';
import { join } from 'node:path';
import { guardProvision } from './guard/guard-provision.js';
import type { OnCall } from './guard/guard.js';
import { CONFIG_TOKEN, createIsolatedContainer, LOGGER_TOKEN } from './isolated-container.js';
import type { LoadedPlugin } from './loaded-plugin.js';
import type { Offers } from './offers.js';
import { scrubbedLogger } from './scrub.js';

export interface SetUpEnvironment {
  readonly offers: Offers;
  /** By point key, the names of those whose implementation is used. */
  readonly providers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly logger: Logger;
  readonly clock: Clock;
  /** `data.dir` */
  readonly dataDir: string;
  readonly onCall?: OnCall;
}

/**
 * Calls a plugin's `setup`, checks what it offers and adds it, guarded, to the offers.
 * @throws Error saying what is wrong; a thrown secret is not scrubbed yet
 */
export function setUpPlugin(plugin: LoadedPlugin, environment: SetUpEnvironment): void {
  const { definition, name } = plugin;
  const { offers, clock } = environment;
  const points = offers.visibleTo(definition);
  const logger = scrubbedLogger(environment.logger.child({ plugin: name }), plugin.scrubber);
  plugin.container = createIsolatedContainer(name, seeds(plugin, logger, points.all, points.optional));
  const dataDir = join(environment.dataDir, 'plugins', name);
  plugin.instance = definition.setup({ config: plugin.config as never, points, logger, dataDir, clock, container: plugin.container });
  mustOfferWhatItSays(plugin, plugin.instance);
  for (const provision of plugin.instance.provide) {
    if (environment.providers.get(provision.point.key)?.has(name) !== true) continue;
    const guarded = guardProvision(provision, {
      plugin: name,
      monotonic: () => clock.monotonic(),
      onCall: environment.onCall,
      scrubber: plugin.scrubber,
    });
    offers.add(provision.point.key, { ...guarded, plugin: name, id: definition.id, position: plugin.position });
  }
  plugin.state = 'set-up';
}

function seeds(
  plugin: LoadedPlugin,
  logger: Logger,
  all: (point: Point<unknown>) => unknown,
  one: (point: Point<unknown>) => unknown,
): ReadonlyMap<symbol, unknown> {
  const { requires = [], optional = [] } = plugin.definition;
  const values = new Map<symbol, unknown>([
    [CONFIG_TOKEN, plugin.config],
    [LOGGER_TOKEN, logger],
  ]);
  for (const point of [...requires, ...optional]) {
    const value = point.cardinality === 'one' ? one(point) : all(point);
    if (value !== undefined) values.set(Symbol.for(point.key), value);
  }
  return values;
}

function mustOfferWhatItSays(plugin: LoadedPlugin, instance: PluginInstance | undefined): void {
  if (!Array.isArray((instance as PluginInstance | undefined)?.provide)) throw new Error('setup returned no { provide: [...] } (it must not be asynchronous)');
  const said = new Set(plugin.definition.provides.map((point) => point.key));
  const offered = new Set<string>();
  for (const { point, implementation } of (instance as PluginInstance).provide) {
    if (!said.has(point.key)) throw new Error(`setup offers ${point.key}, which the manifest does not list`);
    if (offered.has(point.key)) throw new Error(`setup offers ${point.key} twice`);
    if (typeof implementation !== 'object' || implementation === null) throw new Error(`setup offers no object for ${point.key}`);
    offered.add(point.key);
  }
  for (const key of said) if (!offered.has(key)) throw new Error(`setup does not offer ${key}, which the manifest lists`);
}
