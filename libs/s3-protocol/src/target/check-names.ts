import { s3Error } from '../errors/s3-error.js';

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];
const SHAPE = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const FOUR_NUMBERS = /^\d+\.\d+\.\d+\.\d+$/;

/** True when a bucket may have that name (Amazon S3 User Guide, "General purpose bucket naming rules"). */
export function isBucketName(name: string): boolean {
  return (
    SHAPE.test(name) &&
    !name.includes('..') &&
    !FOUR_NUMBERS.test(name) &&
    !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix))
  );
}

/** @throws S3Error `InvalidBucketName` */
export function checkBucketName(name: string): void {
  if (!isBucketName(name)) throw s3Error('InvalidBucketName', { fields: { BucketName: name } });
}

/** Longest key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;

/** @throws S3Error `KeyTooLongError` beyond 1,024 bytes of UTF-8; `InvalidURI` for an empty key or a lone surrogate */
export function checkKey(key: string): void {
  if (isKey(key)) return;
  if (key === '' || !key.isWellFormed()) throw s3Error('InvalidURI');
  throw s3Error('KeyTooLongError', { fields: { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: String(MAX_KEY_BYTES) } });
}

/** True for what an object may be called. */
export function isKey(key: string): boolean {
  if (key === '' || !key.isWellFormed()) return false;
  // A UTF-16 unit is at most three bytes of UTF-8.
  return key.length * 3 <= MAX_KEY_BYTES || Buffer.byteLength(key) <= MAX_KEY_BYTES;
}
