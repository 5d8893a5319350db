import { badRequest, OciError, repeated } from '../errors/oci-error.js';
import { hasControlCharacters } from '../names/control-characters.js';
import type { OciQuery } from '../target/query.js';

/** The part of a list that a client asks for. */
export interface Page {
  /** Most entries; 0 asks for an empty list without a `Link`. */
  readonly limit: number;
  /** The list goes on behind this, which need not be in it. */
  readonly last?: string;
}

/** Longest `last`, in bytes: a repository name, or more than a tag or a digest. */
const MAX_LAST_BYTES = 255;

/**
 * Reads `n` and `last` of the lists of tags, repositories and referrers. A larger
 * `n` than the registry serves at once is cut: the `Link` then tells of the rest.
 * @param sizes.standard entries when the client says nothing
 * @throws OciError `PAGINATION_NUMBER_INVALID` for an `n` that is no whole number or
 *   negative; `UNSUPPORTED` 400 for a `last` that can be no position, and for either
 *   coming twice
 */
export function readPage(query: OciQuery, sizes: { readonly standard: number; readonly most: number }): Page {
  const number = query.single('n');
  const last = query.single('last');
  if (number && !/^\d{1,20}$/.test(number)) {
    throw new OciError('PAGINATION_NUMBER_INVALID', { detail: { n: repeated(number) } });
  }
  if (last !== undefined && (hasControlCharacters(last) || Buffer.byteLength(last) > MAX_LAST_BYTES)) {
    throw badRequest('no position in the list', { last: repeated(last) });
  }
  const limit = Math.min(number ? Number(number) : sizes.standard, sizes.most);
  return last ? { limit, last } : { limit };
}

/**
 * The `Link` header that leads to the next page (RFC 8288).
 * @param path of the list, of checked names, so without escapes
 * @param parameters of the next page; those without a value are left out
 */
export function formatNextLink(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${escape(name)}=${escape(String(value))}`);
  return `<${path}?${pairs.join('&')}>; rel="next"`;
}

function escape(text: string): string {
  // Lone surrogates have no escape.
  return encodeURIComponent(text.toWellFormed());
}
