import type { IncomingHttpHeaders } from 'node:http';

/** The first value of a header, by its lower-case name. */
export function headerValue(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

/** Without the spaces and tabs around it. `String.trim` would also take bytes of UTF-8 text for spaces. */
export function trimHeader(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return start === 0 && end === value.length ? value : value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** True for what may be the name of a header (a token of RFC 9110, 5.6.2). */
export function isHeaderName(text: string): boolean {
  return TOKEN.test(text);
}
