import type { PluginDefinition, Point } from '@zas/plugin-api';
import { checkFragment, shareOutVariables, type PluginVariables } from './check-fragment.js';
import { checkGraph } from './check-graph.js';
import { checkManifest } from './check-manifest.js';
import type { PluginPlaces } from './find-plugin.js';
import { importPlugin } from './import-plugin.js';
import type { LoadedPlugin } from './loaded-plugin.js';
import { PluginHostError } from './plugin-host-error.js';
import { createScrubber } from './scrub.js';

/** One plugin to load. */
export interface PluginSource {
  /** Package name, or path from the config file, or the definition itself. */
  readonly use: string | PluginDefinition;
  /** Replaces the plugin's id as its name. */
  readonly name?: string;
  readonly config?: unknown;
  /** Gives way where another plugin provides the same `one` point. */
  readonly builtIn?: boolean;
  /** Where alone `use` is looked for, when not in the host's places. */
  readonly places?: PluginPlaces;
}

export interface LoadRequest {
  readonly sources: readonly PluginSource[];
  readonly places: PluginPlaces;
  readonly services: ReadonlySet<string>;
  readonly needed: readonly Point<unknown>[];
  readonly environment?: PluginVariables;
}

export interface LoadedPlugins {
  /** In the order in which they start. */
  readonly order: readonly LoadedPlugin[];
  /** By point key, the names of those whose implementation is used. */
  readonly providers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

type Candidate = Pick<LoadedPlugin, 'name' | 'position' | 'builtIn' | 'definition'> & { readonly fragment: unknown };

/**
 * Finds, imports and checks all plugins.
 * @throws PluginHostError with every problem of all of them
 */
export async function loadPlugins(request: LoadRequest): Promise<LoadedPlugins> {
  const problems: string[] = [];
  const candidates: Candidate[] = [];
  let allKnown = true;
  for (const [position, source] of request.sources.entries()) {
    const outcome =
      typeof source.use === 'string'
        ? await importPlugin(source.use, source.places ?? request.places)
        : { definition: source.use };
    const found = 'problems' in outcome ? outcome.problems : checkManifest(outcome.definition, labelOf(source, outcome.definition));
    // Who knows what a broken plugin would provide: nothing is called missing then.
    if ('problems' in outcome || found.length > 0) allKnown = false;
    if (!('problems' in outcome) && found.length === 0) {
      const { definition } = outcome;
      candidates.push({ name: source.name ?? definition.id, position, builtIn: source.builtIn ?? false, definition, fragment: source.config });
    }
    problems.push(...found);
  }

  const graph = checkGraph(candidates, request.services, request.needed);
  problems.push(...graph.problems, ...(allKnown ? graph.missing : []));
  // What nobody uses must not fail over its config: a built-in that gave way is left out.
  const shares = shareOutVariables(candidates.map(({ name }) => name), request.environment);
  const warnings = [...shares.warnings];
  const order = graph.order.map((candidate): LoadedPlugin => {
    const { fragment, ...rest } = candidate;
    const checked = checkFragment(candidate.name, candidate.definition.config, fragment, shares.byPlugin.get(candidate.name));
    const scrubber = createScrubber(checked.secrets);
    problems.push(...checked.problems.map((problem) => scrubber.text(problem)));
    warnings.push(...checked.warnings);
    return { ...rest, config: checked.config, scrubber, state: 'loaded', begun: false };
  });
  if (problems.length > 0) throw new PluginHostError(problems);
  const providers = new Map([...graph.providers].map(([key, group]) => [key, new Set(group.map(({ name }) => name))]));
  return { order, providers, warnings, notes: graph.notes };
}

function labelOf(source: PluginSource, definition: PluginDefinition): string {
  return `plugin "${source.name ?? (typeof source.use === 'string' ? source.use : String(definition.id))}"`;
}
