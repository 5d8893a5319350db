import { s3Error, invalidArgument } from '../errors/s3-error.js';
import type { S3Query } from '../target/query.js';

const OVERRIDES: readonly (readonly [parameter: string, header: string])[] = [
  ['response-content-type', 'content-type'],
  ['response-content-language', 'content-language'],
  ['response-expires', 'expires'],
  ['response-cache-control', 'cache-control'],
  ['response-content-disposition', 'content-disposition'],
  ['response-content-encoding', 'content-encoding'],
];

const NOT_FOR_HEADERS = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/**
 * The headers that `response-*` parameters of GetObject and HeadObject set in the
 * answer; text outside of Latin-1 goes out as its UTF-8 bytes.
 * @param signed the request carries a valid signature
 * @returns `undefined` when there are none
 * @throws S3Error `InvalidRequest` when anonymous; `InvalidArgument` for control characters
 */
export function readResponseOverrides(
  query: S3Query,
  { signed }: { readonly signed: boolean },
): Readonly<Record<string, string>> | undefined {
  let found: Record<string, string> | undefined;
  for (const [parameter, header] of OVERRIDES) {
    const value = query.get(parameter);
    if (!value) continue;
    if (!signed) {
      throw s3Error('InvalidRequest', {
        message: 'Request specific response headers cannot be used for anonymous GET requests.',
      });
    }
    const bytes = Buffer.from(value, 'utf8').toString('latin1');
    if (NOT_FOR_HEADERS.test(bytes)) throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, value);
    found ??= {};
    found[header] = bytes;
  }
  return found;
}
