import type { Narrowing, RepositoryRecord } from '@zas/plugin-api';

/** What an authorizer lets be seen of some repositories. */
export interface SightPart {
  /** Whose they are. */
  covers(owner: string): boolean;
  readonly narrowing: Narrowing;
}

/** Where in the order of names something may be seen: all that begins so, or that name. */
export interface Place {
  readonly text: string;
  readonly exact: boolean;
}

/** Greater than whatever the name of a repository goes on with. */
export const BEHIND = '~';

/** What a caller may see of the catalog: which places to look at, and what of them to show. */
export class CatalogSight {
  /** In order; none holds another. */
  readonly places: readonly Place[];
  private readonly parts: readonly (SightPart & { readonly lets: Outline })[];

  /** @param ask shows those that must be asked about one by one */
  constructor(
    parts: readonly SightPart[],
    private readonly ask: (repositories: readonly RepositoryRecord[]) => Promise<readonly RepositoryRecord[]>,
  ) {
    const open = parts.filter(({ narrowing }) => narrowing.allowedPrefixes.length > 0 || narrowing.allowedNames !== undefined);
    this.parts = open.map((part) => ({ ...part, lets: new Outline(part.narrowing) }));
    this.places = placesOf(this.parts.map(({ narrowing }) => narrowing));
  }

  async shown(repositories: readonly RepositoryRecord[]): Promise<readonly RepositoryRecord[]> {
    const known = new Map(repositories.map((repository) => [repository, this.look(repository)]));
    const unsure = repositories.filter((repository) => known.get(repository) === 'ask');
    const seen = new Set(unsure.length === 0 ? [] : await this.ask(unsure));
    return repositories.filter((repository) => known.get(repository) === 'shown' || seen.has(repository));
  }

  /** A name behind which to go on, where nothing between it and this one may be seen. */
  skip(name: string): string | undefined {
    let longest = '';
    for (const { lets } of this.parts) {
      const denied = lets.deniedPrefixOf(name);
      if (denied === undefined) return undefined;
      if (denied.length > longest.length) longest = denied;
    }
    return longest + BEHIND;
  }

  private look({ name, owner }: RepositoryRecord): 'shown' | 'ask' | 'hidden' {
    const within = this.parts.filter(({ covers, lets }) => covers(owner) && lets.holds(name));
    if (within.length === 0) return 'hidden';
    return within.some(({ narrowing }) => !narrowing.residual) ? 'shown' : 'ask';
  }
}

/** A narrowing of any size, asked about many names. */
class Outline {
  private readonly allowed: Prefixes;
  private readonly denied: Prefixes;
  private readonly allowedNames: ReadonlySet<string>;
  private readonly deniedNames: ReadonlySet<string>;

  constructor({ allowedPrefixes, deniedPrefixes, allowedNames, deniedNames }: Narrowing) {
    this.allowed = new Prefixes(allowedPrefixes);
    this.denied = new Prefixes(deniedPrefixes);
    this.allowedNames = new Set(allowedNames);
    this.deniedNames = new Set(deniedNames);
  }

  holds(name: string): boolean {
    if (this.deniedNames.has(name) || this.denied.longestOf(name) !== undefined) return false;
    return this.allowedNames.has(name) || this.allowed.longestOf(name) !== undefined;
  }

  deniedPrefixOf(name: string): string | undefined {
    return this.denied.longestOf(name);
  }
}

class Prefixes {
  private readonly texts: ReadonlySet<string>;
  /** The longest first. */
  private readonly lengths: readonly number[];

  constructor(texts: readonly string[]) {
    this.texts = new Set(texts);
    this.lengths = [...new Set(texts.map(({ length }) => length))].sort((one, other) => other - one);
  }

  longestOf(name: string): string | undefined {
    for (const length of this.lengths) {
      const start = length > name.length ? undefined : name.slice(0, length);
      if (start !== undefined && this.texts.has(start)) return start;
    }
    return undefined;
  }
}

function placesOf(narrowings: readonly Narrowing[]): readonly Place[] {
  const prefixes = narrowings.flatMap(({ allowedPrefixes }) => allowedPrefixes).map((text): Place => ({ text, exact: false }));
  const names = narrowings.flatMap(({ allowedNames = [] }) => allowedNames).map((text): Place => ({ text, exact: true }));
  const places: Place[] = [];
  for (const place of [...prefixes, ...names].sort(inOrder)) {
    const last = places.at(-1);
    const held = last !== undefined && (last.exact ? last.text === place.text : place.text.startsWith(last.text));
    if (!held) places.push(place);
  }
  return places;
}

/** Of a prefix and a name that are alike the prefix comes first: it holds the name. */
function inOrder(one: Place, other: Place): number {
  if (one.text !== other.text) return one.text < other.text ? -1 : 1;
  return Number(one.exact) - Number(other.exact);
}
