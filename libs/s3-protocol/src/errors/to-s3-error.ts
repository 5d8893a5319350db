import type { ErrorCode, ErrorReason } from '@zas/plugin-api';
import { ERROR_CODES, isStoreError } from '@zas/plugin-api';
import { formatHttpDate } from '../headers/http-date.js';
import type { ErrorFacts } from './error-fields.js';
import { withErrorFields } from './error-fields.js';
import type { S3ErrorCode } from './error-table.js';
import { S3Error } from './s3-error.js';

/** Total over the codes that cross the plugin line: a new code does not compile until it is here. */
const CODES: Record<ErrorCode, S3ErrorCode> = {
  'invalid-argument': 'InvalidArgument',
  unauthenticated: 'AccessDenied',
  'access-denied': 'AccessDenied',
  'not-found': 'NoSuchKey',
  'already-exists': 'BucketAlreadyExists',
  'precondition-failed': 'PreconditionFailed',
  conflict: 'OperationAborted',
  locked: 'AccessDenied',
  integrity: 'BadDigest',
  'too-large': 'EntityTooLarge',
  'quota-exceeded': 'QuotaExceeded',
  'no-space': 'ServiceUnavailable',
  'slow-down': 'SlowDown',
  unavailable: 'ServiceUnavailable',
  timeout: 'RequestTimeout',
  aborted: 'RequestTimeout',
  corrupt: 'InternalError',
  'not-implemented': 'NotImplemented',
  internal: 'InternalError',
};

type Narrowed = S3ErrorCode | readonly [S3ErrorCode, message: string];

// The server's own state, which passes: clients repeat a 503 by themselves.
const PASSING = { conflict: 'ServiceUnavailable' } as const;

/** Total over the reasons likewise: what each makes of the codes that it narrows; `{}` where the code says it all. */
const REASONS: Record<ErrorReason, Partial<Record<ErrorCode, Narrowed>>> = {
  bucket: { 'not-found': 'NoSuchBucket' },
  'bucket-owned-by-you': { 'already-exists': 'BucketAlreadyOwnedByYou' },
  'bucket-not-empty': { conflict: 'BucketNotEmpty' },
  'bucket-changed': {},
  versioning: { conflict: 'InvalidBucketState' },
  'object-lock': {
    'invalid-argument': ['InvalidRequest', 'Bucket is missing Object Lock Configuration'],
    conflict: [
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    ],
  },
  'object-changed': {},
  'write-offset': { 'invalid-argument': 'InvalidWriteOffset' },
  'append-count': { 'too-large': 'TooManyParts' },
  'client-token': { conflict: 'IdempotencyParameterMismatch' },
  object: {},
  version: { 'not-found': 'NoSuchVersion' },
  'delete-marker': {},
  upload: { 'not-found': 'NoSuchUpload' },
  part: { 'not-found': 'InvalidPart', 'invalid-argument': 'InvalidPart', conflict: 'InvalidPart' },
  'part-order': { 'invalid-argument': 'InvalidPartOrder', conflict: 'InvalidPartOrder' },
  'part-size': { 'invalid-argument': 'EntityTooSmall' },
  'source-changed': {},
  'content-deleting': PASSING,
  'epoch-closed': PASSING,
  'lease-held': PASSING,
  'lease-lost': PASSING,
  document: {},
  'feed-trimmed': {},
  'feed-reader': {},
  blob: {},
  // Of the registry's use cases, which this door does not call.
  'upload-busy': {},
  'upload-range': {},
  digest: {},
  'blob-referenced': {},
  repository: {},
  'repository-not-empty': {},
  manifest: {},
  'manifest-reference': {},
  'manifest-referenced': {},
  'manifest-used': {},
  tag: {},
  'tag-immutable': {},
  'tag-moved': {},
  'tags-changed': {},
  'last-administrator': {},
  'in-use': {},
  'built-in': {},
  'packed-policy': {},
  'policy-document': {},
};

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  locked: 'Access Denied because object protected by object lock.',
};

/** What a request was about, for the elements of the error; see {@link toS3Error}. */
export interface ErrorRequest {
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly uploadId?: string;
  /** Upper case. */
  readonly method?: string;
}

/**
 * The answer to a request that names a delete marker by its version: 405, with
 * the headers of the marker (S3 User Guide, "Working with delete markers").
 */
export function deleteMarkerError(marker: {
  readonly method?: string;
  readonly versionId?: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt?: number;
}): S3Error {
  const headers: Record<string, string> = { 'x-amz-delete-marker': 'true', allow: 'DELETE' };
  if (marker.versionId !== undefined) headers['x-amz-version-id'] = marker.versionId;
  if (marker.modifiedAt !== undefined) headers['last-modified'] = formatHttpDate(marker.modifiedAt);
  const fields: Record<string, string> = marker.method === undefined ? {} : { Method: marker.method };
  return new S3Error('MethodNotAllowed', { fields: { ...fields, ResourceType: 'DeleteMarker' }, headers });
}

function markerHeaders(facts: ErrorFacts): Record<string, string> {
  const headers: Record<string, string> = { 'x-amz-delete-marker': 'true' };
  if (typeof facts['versionId'] === 'string') headers['x-amz-version-id'] = facts['versionId'];
  return headers;
}

/**
 * What an S3 client is told about any thrown value. Total: what is neither an
 * {@link S3Error} nor a StoreError is `InternalError`, and no message, stack or
 * cause of it reaches the answer. A StoreError's own message is shown only for
 * `InvalidArgument`, where it is written for callers.
 *
 * The elements that AWS documents for a code are made of the StoreError's details
 * (`bucket`, `key`, `versionId`, `uploadId`, `partNumber`, `partCount`, `etag`,
 * `proposedSize`, `minSizeAllowed`, `maxSize`, `range`, `size`) and, where those
 * say nothing, of the request. A not-found version of reason `delete-marker` is
 * `MethodNotAllowed` when `details.named` says that the request named it.
 * @param request to be given only where it names the thing that the error is about
 */
export function toS3Error(error: unknown, request: ErrorRequest = {}): S3Error {
  if (error instanceof S3Error) return withErrorFields(error, { ...request });
  if (!isStoreError(error) || !ERROR_CODES.includes(error.code)) return new S3Error('InternalError', { cause: error });
  const { code, details } = error;
  const isMarker = code === 'not-found' && details.reason === 'delete-marker';
  if (isMarker && details['named'] === true) {
    const { versionId, modifiedAt } = details;
    return deleteMarkerError({
      method: request.method,
      versionId: typeof versionId === 'string' ? versionId : request.versionId,
      modifiedAt: typeof modifiedAt === 'number' ? modifiedAt : undefined,
    });
  }
  // A reason from a newer plugin is not in the table.
  const narrowed = details.reason === undefined ? undefined : REASONS[details.reason]?.[code];
  const [s3Code, message] = typeof narrowed === 'object' ? narrowed : [narrowed ?? CODES[code], MESSAGES[code]];
  const headers = isMarker ? markerHeaders(details) : code === 'slow-down' ? { 'retry-after': '1' } : undefined;
  const rendered = new S3Error(s3Code, {
    message: s3Code === 'InvalidArgument' ? error.message : message,
    headers,
    cause: error,
  });
  return withErrorFields(rendered, { ...request, ...details });
}
