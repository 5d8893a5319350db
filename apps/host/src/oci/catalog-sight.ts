import type { Narrowing, RepositoryRecord } from '@zas/plugin-api';

/** Where in the order of names something may be seen: all that begins so, or that name. */
export interface Place {
  readonly text: string;
  readonly exact: boolean;
}

/** Greater than whatever the name of a repository goes on with. */
export const BEHIND = '~';

/** What a caller may see of some owners' repositories: which places to look at, and what of them to show. */
export class CatalogSight {
  /** In order; none holds another. */
  readonly places: readonly Place[];
  private readonly outline: Outline;

  /**
   * @param whose only theirs are looked at, or all but theirs; absent: everybody's
   * @param ask shows those that must be asked about one by one
   */
  constructor(
    private readonly narrowing: Narrowing,
    private readonly whose: { readonly owner: string } | { readonly notOwner: string } | undefined,
    private readonly ask: (repositories: readonly RepositoryRecord[]) => Promise<readonly RepositoryRecord[]>,
  ) {
    this.places = placesOf(narrowing);
    this.outline = new Outline(narrowing);
  }

  /** Whose alone are looked at; `undefined`: of several. */
  get owner(): string | undefined {
    return this.whose && 'owner' in this.whose ? this.whose.owner : undefined;
  }

  async shown(repositories: readonly RepositoryRecord[]): Promise<readonly RepositoryRecord[]> {
    const within = repositories.filter(({ name, owner }) => this.isTheirs(owner) && this.outline.holds(name));
    return this.narrowing.residual && within.length > 0 ? this.ask(within) : within;
  }

  /** A name behind which to go on, where nothing between it and this one may be seen. */
  skip(name: string): string | undefined {
    const denied = this.outline.deniedPrefixOf(name);
    return denied === undefined ? undefined : denied + BEHIND;
  }

  private isTheirs(owner: string): boolean {
    return this.whose === undefined || ('owner' in this.whose ? owner === this.whose.owner : owner !== this.whose.notOwner);
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

function placesOf({ allowedPrefixes, allowedNames = [] }: Narrowing): readonly Place[] {
  const prefixes = allowedPrefixes.map((text): Place => ({ text, exact: false }));
  const names = allowedNames.map((text): Place => ({ text, exact: true }));
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
