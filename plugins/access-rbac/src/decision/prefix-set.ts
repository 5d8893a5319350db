/** Some of the keys of a bucket: all that begin with one of the prefixes. */
export interface PrefixSet {
  readonly prefixes: readonly string[];
  /** They hold too much: each key must still be asked about. */
  readonly rough: boolean;
}

export const NOTHING: PrefixSet = { prefixes: [], rough: false };
export const EVERYTHING: PrefixSet = { prefixes: [''], rough: false };
export const ANYTHING: PrefixSet = { prefixes: [''], rough: true };

export function union(sets: readonly PrefixSet[]): PrefixSet {
  const sorted = [...new Set(sets.flatMap(({ prefixes }) => prefixes))].sort();
  const prefixes: string[] = [];
  for (const prefix of sorted) {
    const last = prefixes.at(-1);
    if (last === undefined || !prefix.startsWith(last)) prefixes.push(prefix);
  }
  // One exact set of everything makes the others matter no more.
  if (sets.some(({ prefixes: own, rough }) => !rough && own.includes(''))) return EVERYTHING;
  return { prefixes, rough: sets.some(({ rough }) => rough) };
}

export function intersection(one: PrefixSet, other: PrefixSet): PrefixSet {
  const common = one.prefixes.flatMap((left) =>
    other.prefixes.filter((right) => left.startsWith(right) || right.startsWith(left)).map((right) => (left.length > right.length ? left : right)),
  );
  return union([{ prefixes: common, rough: common.length > 0 && (one.rough || other.rough) }]);
}
