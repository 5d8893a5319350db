import { badRequest, OciError, repeated } from '../errors/oci-error.js';

/** Longest query, in characters. */
const MAX_QUERY_LENGTH = 16_384;
/** Most parameters of a query. */
const MAX_PARAMETERS = 256;

type Entry = readonly [name: string, value: string];

/** Parameters of a query or a form, decoded once, in the order of the wire. Names are case-sensitive. */
export class OciQuery {
  static readonly empty = new OciQuery([]);

  readonly entries: readonly Entry[];

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
  }

  /** All values of a name, in order; empty for a parameter without `=`. */
  all(name: string): readonly string[] {
    return this.entries.filter(([candidate]) => candidate === name).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.entries.some(([candidate]) => candidate === name);
  }

  /** Names that come more than once. */
  get duplicates(): ReadonlySet<string> {
    const names = new Set<string>();
    const twice = new Set<string>();
    for (const [name] of this.entries) (names.has(name) ? twice : names).add(name);
    return twice;
  }

  /**
   * The value of a parameter that may come once: of two, a proxy and this server
   * could each believe another.
   * @returns `undefined` when it is absent
   * @throws OciError `UNSUPPORTED` 400 when it comes more than once
   */
  single(name: string): string | undefined {
    let found: string | undefined;
    for (const [candidate, value] of this.entries) {
      if (candidate !== name) continue;
      if (found !== undefined) throw badRequest('parameter given more than once', { parameter: name });
      found = value;
    }
    return found;
  }
}

/**
 * @param rawQuery what follows the `?`, without it; `+` stands for a space
 * @throws OciError `UNSUPPORTED` with status 414 for more than 16,384 characters or
 *   256 parameters, with status 400 for bad escapes and what is no UTF-8
 */
export function parseQuery(rawQuery: string): OciQuery {
  return rawQuery === '' ? OciQuery.empty : parsePairs(rawQuery, MAX_QUERY_LENGTH, 414);
}

/**
 * Reads `name=value` pairs with `&` between.
 * @param tooLong status for more than `maxLength` characters or 256 pairs
 * @throws OciError `UNSUPPORTED` with that status, or 400 for bad escapes and what is no UTF-8
 */
export function parsePairs(text: string, maxLength: number, tooLong: 413 | 414): OciQuery {
  const limit = (): OciError => new OciError('UNSUPPORTED', { status: tooLong, message: 'too many or too long parameters' });
  if (text.length > maxLength) throw limit();
  const pairs = text.split('&', MAX_PARAMETERS + 1);
  if (pairs.length > MAX_PARAMETERS) throw limit();
  const entries: Entry[] = [];
  for (const pair of pairs) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    entries.push(equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))]);
  }
  return new OciQuery(entries);
}

const PLAIN = /^[\w.:/,*~()!'$@;-]*$/;
// Beyond ASCII nothing may stand unescaped.
const ASCII = /^[\x21-\x7e]*$/;

function decode(text: string): string {
  if (PLAIN.test(text)) return text;
  if (ASCII.test(text)) {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      // Told below.
    }
  }
  throw badRequest('malformed parameter', { parameter: repeated(text) });
}
