import type { IncomingHttpHeaders } from 'node:http';
import { s3Error } from '../errors/s3-error.js';

const PREFIX = 'x-amz-meta-';

/** Names (without prefix) and values together, in bytes. */
export const MAX_METADATA_BYTES = 2048;

/**
 * Reads `x-amz-meta-*`. Values hold one character per byte of the wire, and go
 * back out the same way: bytes that are no ASCII come back as they were sent.
 * @throws S3Error `MetadataTooLarge`
 */
export function readUserMetadata(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  let size = 0;
  for (const name in headers) {
    if (!name.startsWith(PREFIX)) continue;
    const value = headers[name];
    if (value === undefined) continue;
    const text = typeof value === 'string' ? value : value.join(',');
    size += name.length - PREFIX.length + text.length;
    found.push([name.slice(PREFIX.length), text]);
  }
  if (size > MAX_METADATA_BYTES) {
    throw s3Error('MetadataTooLarge', { fields: { Size: String(size), MaxSizeAllowed: String(MAX_METADATA_BYTES) } });
  }
  // Unlike assignment, `fromEntries` gives a name such as `__proto__` no power.
  return Object.fromEntries(found);
}

/** Adds stored metadata to an answer. */
export function writeUserMetadata(metadata: Readonly<Record<string, string>>, answer: Record<string, string>): void {
  for (const name in metadata) answer[PREFIX + name] = metadata[name] ?? '';
}
