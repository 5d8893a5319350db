import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument } from '../errors/s3-error.js';
import type { S3Query } from '../target/query.js';

/** Headers that count as sent when a presigned URL has them as parameters. */
const AS_PARAMETERS = /^x-amz-(?:acl|grant-[a-z-]+|meta-.+|storage-class|expected-bucket-owner|server-side-encryption.*)$/;
const NOT_FOR_HEADERS = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/**
 * The headers of a request, with those that its signer moved into the query of a
 * presigned URL, as SDKs do with all that they may. The signature covers the query, so
 * they are as good as signed headers; a header that was sent wins over its parameter.
 * Only what AWS takes from there is taken: it ignores tags, locks and checksums in the
 * query. Text goes over as the bytes of its UTF-8 form, one character each.
 * @returns the same headers when the URL is not presigned or has none
 * @throws S3Error `InvalidArgument` for a parameter given twice or with control characters
 */
export function presignedHeaders(headers: IncomingHttpHeaders, query: S3Query): IncomingHttpHeaders {
  if (!query.has('X-Amz-Signature')) return headers;
  const moved: [string, string][] = [];
  for (const [parameter, value] of query.entries) {
    const name = parameter.toLowerCase();
    if (!AS_PARAMETERS.test(name) || headers[name] !== undefined) continue;
    const bytes = Buffer.from(value, 'utf8').toString('latin1');
    const twice = query.duplicates.has(parameter) || moved.some(([other]) => other === name);
    if (twice || NOT_FOR_HEADERS.test(bytes)) throw invalidArgument('Header value cannot be represented.', parameter, value);
    moved.push([name, bytes]);
  }
  return moved.length === 0 ? headers : { ...headers, ...Object.fromEntries(moved) };
}
