import { percentDecode } from './percent.js';

/**
 * A query string, decoded once, in the order of the wire. Where a name comes
 * twice the first value counts; what must not come twice looks into `duplicates`.
 */
export class S3Query {
  static readonly empty = new S3Query([]);

  readonly entries: readonly (readonly [name: string, value: string])[];
  /** Names that came more than once. */
  readonly duplicates: ReadonlySet<string>;
  readonly #first = new Map<string, string>();

  constructor(entries: readonly (readonly [name: string, value: string])[]) {
    this.entries = entries;
    const duplicates = new Set<string>();
    for (const [name, value] of entries) {
      if (this.#first.has(name)) duplicates.add(name);
      else this.#first.set(name, value);
    }
    this.duplicates = duplicates;
  }

  /** The value, empty for a name without `=`; `undefined` when the name is absent. Names are case-sensitive. */
  get(name: string): string | undefined {
    return this.#first.get(name);
  }

  has(name: string): boolean {
    return this.#first.has(name);
  }
}

/**
 * @param rawQuery what follows the `?`, without it; `+` stands for a space
 * @throws S3Error `InvalidURI`
 */
export function parseQuery(rawQuery: string): S3Query {
  if (rawQuery === '') return S3Query.empty;
  const entries: [string, string][] = [];
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    entries.push([percentDecode(name, true), percentDecode(value, true)]);
  }
  return new S3Query(entries);
}
