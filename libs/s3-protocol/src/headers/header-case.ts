/**
 * How AWS spells the headers of its answers. HTTP does not care, some old clients
 * do. What begins with `x-amz-` goes out in lower case.
 */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [
    'Accept-Ranges',
    'Access-Control-Allow-Credentials',
    'Access-Control-Allow-Headers',
    'Access-Control-Allow-Methods',
    'Access-Control-Allow-Origin',
    'Access-Control-Expose-Headers',
    'Access-Control-Max-Age',
    'Age',
    'Allow',
    'Cache-Control',
    'Connection',
    'Content-Disposition',
    'Content-Encoding',
    'Content-Language',
    'Content-Length',
    'Content-Range',
    'Content-Type',
    'Date',
    'ETag',
    'Expires',
    'Keep-Alive',
    'Last-Modified',
    'Location',
    'Retry-After',
    'Server',
    'Trailer',
    'Transfer-Encoding',
    'Vary',
    'WWW-Authenticate',
  ].map((name) => [name.toLowerCase(), name]),
);

/** The spelling in which AWS sends an answer header; names that it does not send stay as they are. */
export function canonicalHeaderCase(name: string): string {
  return SPELLINGS.get(name.toLowerCase()) ?? name;
}
