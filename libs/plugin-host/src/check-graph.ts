import { nearest } from '@zas/config';
import type { Cardinality, PluginDefinition, Point } from '@zas/plugin-api';

/** A plugin as the graph sees it. */
export interface GraphNode {
  readonly name: string;
  readonly builtIn: boolean;
  readonly definition: PluginDefinition;
}

export interface CheckedGraph<N extends GraphNode> {
  /** Plugins that run, those that others need first; otherwise in the order given. */
  readonly order: readonly N[];
  /** Who provides what, by point key, in the order given. */
  readonly providers: ReadonlyMap<string, readonly N[]>;
  /** One line for each built-in that a configured plugin replaces. */
  readonly notes: readonly string[];
  readonly problems: readonly string[];
  /** Requirements that nobody meets. */
  readonly missing: readonly string[];
}

/**
 * Decides who provides what and in which order plugins start. Where a configured
 * plugin provides a `one` point, a built-in gives way in it, and leaves altogether
 * when no `one` point is left to it.
 * @param services keys of host services
 * @param needed points that the host itself requires
 */
export function checkGraph<N extends GraphNode>(
  nodes: readonly N[],
  services: ReadonlySet<string>,
  needed: readonly Point<unknown>[],
): CheckedGraph<N> {
  const problems = [...duplicateNames(nodes), ...unequalTokens(nodes)];
  const { remaining, providers, notes } = giveWay(nodes);
  for (const [key, group] of providers) {
    if (cardinalityOf(nodes, key) === 'one' && group.length > 1) {
      problems.push(`${key} takes one provider, but ${group.map(quoted).join(' and ')} provide it; disable all but one`);
    }
  }
  const known = [...providers.keys(), ...services];
  const absent = (who: string, point: Point<unknown>): string | undefined => {
    if (point.kind === 'service' ? services.has(point.key) : (providers.get(point.key)?.length ?? 0) > 0) return undefined;
    const near = nearest(point.key, known);
    return `${who} requires ${point.key}, which ${point.kind === 'service' ? 'the host does not offer' : 'no plugin provides'}${near === undefined ? '' : ` (there is ${near})`}`;
  };
  const missing: string[] = [];
  for (const node of remaining) {
    for (const point of node.definition.requires ?? []) missing.push(...listed(absent(`plugin ${quoted(node)}`, point)));
  }
  for (const point of needed) missing.push(...listed(absent('the server', point)));
  const { order, cycles } = sortByNeed(remaining, providers);
  problems.push(...cycles.map((cycle) => `plugins require each other: ${cycle.map((node) => node.name).join(' → ')}`));
  return { order, providers, notes, problems, missing };
}

function quoted(node: GraphNode): string {
  return `"${node.name}"`;
}

function listed(problem: string | undefined): readonly string[] {
  return problem === undefined ? [] : [problem];
}

function duplicateNames(nodes: readonly GraphNode[]): readonly string[] {
  const names = nodes.map((node) => node.name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => `two plugins are called "${name}"; give one of them a name in the config`);
}

function tokensOf(node: GraphNode): readonly Point<unknown>[] {
  const { provides, requires = [], optional = [] } = node.definition;
  return [...provides, ...requires, ...optional];
}

function cardinalityOf(nodes: readonly GraphNode[], key: string): Cardinality | undefined {
  return nodes.flatMap(tokensOf).find((point) => point.key === key)?.cardinality;
}

function unequalTokens(nodes: readonly GraphNode[]): readonly string[] {
  const seen = new Map<string, { node: GraphNode; cardinality: Cardinality }>();
  const problems: string[] = [];
  for (const node of nodes) {
    for (const { key, cardinality } of tokensOf(node)) {
      const first = seen.get(key);
      if (first === undefined) seen.set(key, { node, cardinality });
      else if (first.cardinality !== cardinality) {
        problems.push(`plugins ${quoted(first.node)} and ${quoted(node)} disagree on ${key}: "${first.cardinality}" and "${cardinality}"`);
      }
    }
  }
  return problems;
}

function giveWay<N extends GraphNode>(nodes: readonly N[]) {
  const replaced = new Map<N, Map<string, N>>();
  for (const node of nodes.filter((candidate) => candidate.builtIn)) {
    const lost = new Map<string, N>();
    for (const { key } of node.definition.provides.filter((point) => point.cardinality === 'one')) {
      const successor = nodes.find((other) => !other.builtIn && other.definition.provides.some((point) => point.key === key));
      if (successor !== undefined) lost.set(key, successor);
    }
    replaced.set(node, lost);
  }
  const leaves = (node: N): boolean => {
    const lost = replaced.get(node)?.size ?? 0;
    return lost > 0 && lost === node.definition.provides.filter((point) => point.cardinality === 'one').length;
  };
  const remaining = nodes.filter((node) => !leaves(node));
  const providers = new Map<string, N[]>();
  for (const node of remaining) {
    for (const { key } of node.definition.provides) {
      if (replaced.get(node)?.has(key) === true) continue;
      const group = providers.get(key);
      if (group === undefined) providers.set(key, [node]);
      else group.push(node);
    }
  }
  const notes = [...replaced].flatMap(([node, lost]) =>
    [...lost].map(([key, successor]) => `${quoted(successor)} provides ${key} instead of the built-in ${quoted(node)}`),
  );
  return { remaining, providers, notes };
}

function sortByNeed<N extends GraphNode>(nodes: readonly N[], providers: ReadonlyMap<string, readonly N[]>) {
  const order: N[] = [];
  const cycles: N[][] = [];
  const state = new Map<N, 'open' | 'done'>();
  const path: N[] = [];
  const visit = (node: N): void => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      cycles.push([...path.slice(path.indexOf(node)), node]);
      return;
    }
    state.set(node, 'open');
    path.push(node);
    const { requires = [], optional = [] } = node.definition;
    for (const point of [...requires, ...optional]) {
      for (const provider of providers.get(point.key) ?? []) {
        // A plugin among several providers of a point may use the others.
        if (provider !== node || point.cardinality === 'one') visit(provider);
      }
    }
    path.pop();
    state.set(node, 'done');
    order.push(node);
  };
  nodes.forEach(visit);
  return { order, cycles };
}
