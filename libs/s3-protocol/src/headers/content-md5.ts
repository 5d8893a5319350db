import type { IncomingHttpHeaders } from 'node:http';
import { s3Error } from '../errors/s3-error.js';
import { decodeBase64 } from './base64.js';
import { headerValue } from './header-value.js';

/**
 * Reads `Content-MD5`.
 * @returns lower-case hex, or `undefined` when the header is absent
 * @throws S3Error `InvalidDigest` when it is no base64 of 16 bytes
 */
export function readContentMd5(headers: IncomingHttpHeaders): string | undefined {
  const text = headerValue(headers, 'content-md5');
  if (text === undefined) return undefined;
  const bytes = decodeBase64(text.trim(), 16);
  if (bytes === undefined) throw s3Error('InvalidDigest', { fields: { 'Content-MD5': text } });
  return bytes.toString('hex');
}
