import type { IncomingHttpHeaders } from 'node:http';
import { headerNotImplemented, invalidArgument } from '../errors/s3-error.js';
import { headerValue } from './header-value.js';

/**
 * Headers whose feature does not stand yet. A request that carries one is refused:
 * a client that asked for encryption or a lock must not believe it got it. An
 * entry with `*` at its end stands for all names that begin so.
 */
export const UNSUPPORTED_HEADERS: readonly string[] = [
  'x-amz-server-side-encryption*',
  'x-amz-copy-source-server-side-encryption*',
  'x-amz-tagging',
  'x-amz-tagging-directive',
  'x-amz-grant-*',
  'x-amz-object-lock-*',
  'x-amz-bucket-object-lock-enabled',
  'x-amz-bypass-governance-retention',
  'x-amz-mfa',
  'x-amz-write-offset-bytes',
  'x-amz-object-ownership',
];

const EXACT = new Set(UNSUPPORTED_HEADERS.filter((entry) => !entry.endsWith('*')));
const PREFIXES = UNSUPPORTED_HEADERS.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1));

const CANNED_ACLS = new Set([
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
  'log-delivery-write',
]);

/**
 * @param target `object` also accepts the canned ACL `bucket-owner-full-control`, which changes nothing here
 * @throws S3Error `NotImplemented` naming the header; `InvalidArgument` for an ACL that AWS does not know
 */
export function checkUnsupportedHeaders(headers: IncomingHttpHeaders, target: 'bucket' | 'object'): void {
  for (const name in headers) {
    if (!name.startsWith('x-amz-')) continue;
    if (name === 'x-amz-acl') checkAcl(headerValue(headers, name) ?? '', target);
    else if (isUnsupported(name) && !changesNothing(name, headerValue(headers, name))) throw headerNotImplemented(name);
  }
}

function isUnsupported(name: string): boolean {
  return EXACT.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Values that ask for what a server without the feature does anyway. */
function changesNothing(name: string, value: string | undefined): boolean {
  if (name === 'x-amz-bucket-object-lock-enabled') return value?.toLowerCase() === 'false';
  if (name === 'x-amz-object-ownership') return value === 'BucketOwnerEnforced';
  return name === 'x-amz-tagging-directive' && value === 'COPY';
}

function checkAcl(value: string, target: 'bucket' | 'object'): void {
  if (value === 'private' || (target === 'object' && value === 'bucket-owner-full-control')) return;
  if (!CANNED_ACLS.has(value)) throw invalidArgument('', 'x-amz-acl', value);
  throw headerNotImplemented('x-amz-acl');
}
