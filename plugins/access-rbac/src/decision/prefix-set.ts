/** Some texts: all that begin with one of the prefixes, and the names themselves. Sorted, and none within another. */
export interface PrefixSet {
  readonly prefixes: readonly string[];
  readonly names: readonly string[];
  /** They hold too much: each text must still be asked about. */
  readonly rough: boolean;
}

export const NOTHING: PrefixSet = { prefixes: [], names: [], rough: false };
export const EVERYTHING: PrefixSet = { prefixes: [''], names: [], rough: false };
export const ANYTHING: PrefixSet = { prefixes: [''], names: [], rough: true };

export function isEmpty({ prefixes, names }: PrefixSet): boolean {
  return prefixes.length === 0 && names.length === 0;
}

export function union(all: readonly PrefixSet[]): PrefixSet {
  const sets = all.filter((set) => !isEmpty(set));
  if (sets.length <= 1) return sets[0] ?? NOTHING;
  // One exact set of everything makes the others matter no more.
  if (sets.some(({ prefixes: own, rough }) => !rough && own.includes(''))) return EVERYTHING;
  const prefixes: string[] = [];
  for (const prefix of [...new Set(sets.flatMap((set) => set.prefixes))].sort()) {
    const last = prefixes.at(-1);
    if (last === undefined || !prefix.startsWith(last)) prefixes.push(prefix);
  }
  const names = [...new Set(sets.flatMap((set) => set.names))].sort().filter((name) => prefixOf(prefixes, name) === undefined);
  return { prefixes, names, rough: sets.some(({ rough }) => rough) };
}

export function intersection(one: PrefixSet, other: PrefixSet): PrefixSet {
  const within = (from: PrefixSet, { prefixes, names }: PrefixSet): PrefixSet => {
    const exact = new Set(names);
    return {
      prefixes: from.prefixes.filter((prefix) => prefixOf(prefixes, prefix) !== undefined),
      names: from.names.filter((name) => exact.has(name) || prefixOf(prefixes, name) !== undefined),
      rough: false,
    };
  };
  const common = union([within(one, other), within(other, one)]);
  return isEmpty(common) ? NOTHING : { ...common, rough: one.rough || other.rough };
}

/** The one that the text begins with, of sorted prefixes of which none begins with another. */
function prefixOf(prefixes: readonly string[], text: string): string | undefined {
  let [low, high] = [0, prefixes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prefixes[middle] as string) <= text) low = middle + 1;
    else high = middle;
  }
  const last = prefixes[low - 1];
  return last !== undefined && text.startsWith(last) ? last : undefined;
}
