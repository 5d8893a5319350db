import type { IncomingHttpHeaders } from 'node:http';
import { s3Error } from '../errors/s3-error.js';
import { headerValue } from './header-value.js';

export const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/**
 * Reads `x-amz-storage-class`; `STANDARD` when absent.
 * @throws S3Error `InvalidStorageClass`
 */
export function readStorageClass(headers: IncomingHttpHeaders): string {
  const value = headerValue(headers, 'x-amz-storage-class');
  if (value === undefined) return 'STANDARD';
  if (!STORAGE_CLASSES.has(value)) throw s3Error('InvalidStorageClass', { fields: { StorageClassRequested: value } });
  return value;
}
