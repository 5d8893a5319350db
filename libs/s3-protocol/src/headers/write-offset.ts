import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument } from '../errors/s3-error.js';
import { headerValue } from './header-value.js';

const HEADER = 'x-amz-write-offset-bytes';

/**
 * Reads `x-amz-write-offset-bytes` of PutObject: where in the object the bytes are
 * to be put. The caller answers `InvalidWriteOffset` when that is not its end.
 * @throws S3Error `InvalidArgument` for what is no whole number
 */
export function readWriteOffset(headers: IncomingHttpHeaders): number | undefined {
  const text = headerValue(headers, HEADER);
  if (text === undefined) return undefined;
  const offset = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(offset)) throw invalidArgument('The write offset must be a non-negative integer', HEADER, text);
  return offset;
}
