import type { PluginEntry } from './schema.js';

/** A plugin that comes with the server. */
export interface BuiltInPlugin {
  /** Package name. */
  readonly use: string;
  /** The plugin's id, by which the config may name it too. */
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** One plugin to load. */
export interface SelectedPlugin {
  readonly use: string;
  readonly name?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Gives way where a configured plugin provides the same `one` point. */
  readonly builtIn: boolean;
}

/**
 * Lays the `plugins` list of the config over the built-in set. An entry whose
 * `use` is a built-in's package or id (and whose `name`, if any, is its id)
 * adds to that built-in's config or disables it; any other entry is one more
 * plugin. Listed plugins come first, in the order of the list, so that it orders
 * authenticators; built-ins that are not listed follow.
 */
export function overlayPlugins(builtIns: readonly BuiltInPlugin[], configured: readonly PluginEntry[]): readonly SelectedPlugin[] {
  const mentioned = new Set<BuiltInPlugin>();
  const selected: SelectedPlugin[] = [];
  for (const entry of configured) {
    const builtIn = builtIns.find((candidate) => !mentioned.has(candidate) && isMeant(candidate, entry));
    if (builtIn !== undefined) mentioned.add(builtIn);
    if (entry.enabled === false) continue;
    selected.push(
      builtIn === undefined
        ? { use: packageOf(builtIns, entry), name: entry.name, config: entry.config, builtIn: false }
        : { use: builtIn.use, name: builtIn.name, config: merge(builtIn.config, entry.config), builtIn: true },
    );
  }
  const rest = builtIns.filter((builtIn) => !mentioned.has(builtIn));
  return [...selected, ...rest.map(({ use, name, config }) => ({ use, name, config, builtIn: true }))];
}

function isMeant(builtIn: BuiltInPlugin, entry: PluginEntry): boolean {
  return [builtIn.use, builtIn.name].includes(entry.use) && (entry.name === undefined || entry.name === builtIn.name);
}

/** An id stands for its package also where it makes a second instance. */
function packageOf(builtIns: readonly BuiltInPlugin[], entry: PluginEntry): string {
  return builtIns.find(({ name }) => name === entry.use)?.use ?? entry.use;
}

function merge(
  base: Readonly<Record<string, unknown>> | undefined,
  over: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (base === undefined || over === undefined) return over ?? base;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
