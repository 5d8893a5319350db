import type { IncomingHttpHeaders } from 'node:http';
import { headerNotImplemented } from '../errors/s3-error.js';

/**
 * Headers whose feature does not stand. A request that carries one is refused: a
 * client that asked for encryption or a lock must not believe it got it. An entry
 * with `*` at its end stands for all names that begin so.
 */
export const UNSUPPORTED_HEADERS: readonly string[] = [
  'x-amz-server-side-encryption*',
  'x-amz-copy-source-server-side-encryption*',
  'x-amz-object-lock-event-hold*',
  'x-amz-mfa',
  // Checksums of 2026 that nothing here computes: they must not pass unverified.
  'x-amz-checksum-md5',
  'x-amz-checksum-sha512',
  'x-amz-checksum-xxhash*',
];

const EXACT = new Set(UNSUPPORTED_HEADERS.filter((entry) => !entry.endsWith('*')));
const PREFIXES = UNSUPPORTED_HEADERS.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1));

/** @throws S3Error `NotImplemented` naming the header */
export function checkUnsupportedHeaders(headers: IncomingHttpHeaders): void {
  for (const name in headers) {
    if (!name.startsWith('x-amz-')) continue;
    if (EXACT.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix))) throw headerNotImplemented(name);
  }
}
