import type { IncomingHttpHeaders } from 'node:http';

/** The first value of a header, by its lower-case name. */
export function headerValue(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}
