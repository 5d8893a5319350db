import type { Tags } from '@zas/plugin-api';
import { invalidArgument } from '../errors/s3-error.js';
import { percentDecode } from '../target/percent.js';
import { checkTags } from './check-tags.js';

const HEADER = 'x-amz-tagging';

/**
 * Reads `x-amz-tagging`: the tags of an object as the parameters of a query. A
 * name without `=` has an empty value; an empty header is no tags.
 * @throws S3Error `InvalidArgument` for what is not encoded like that or names a
 *   key twice; `InvalidTag` and `BadRequest` as {@link checkTags}
 */
export function parseTaggingHeader(text: string): Tags {
  const pairs: [string, string][] = [];
  const keys = new Set<string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const [name = '', value = '', ...more] = pair.split('=');
    const key = decode(name, text);
    if (more.length > 0 || keys.has(key)) throw malformed(text);
    keys.add(key);
    pairs.push([key, decode(value, text)]);
  }
  return checkTags(pairs, 'object');
}

function decode(encoded: string, text: string): string {
  try {
    return percentDecode(encoded, true);
  } catch {
    throw malformed(text);
  }
}

function malformed(text: string): Error {
  return invalidArgument(
    `The header '${HEADER}' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.`,
    HEADER,
    text,
  );
}

/**
 * Reads `x-amz-tagging-directive` of CopyObject; `COPY` when absent.
 * @throws S3Error `InvalidArgument`
 */
export function parseTaggingDirective(text: string | undefined): 'COPY' | 'REPLACE' {
  if (text === undefined || text === 'COPY') return 'COPY';
  if (text === 'REPLACE') return 'REPLACE';
  throw invalidArgument('Unknown tagging directive.', 'x-amz-tagging-directive', text);
}
