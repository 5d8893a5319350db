import type { ErrorCode, ErrorDetails, ErrorReason } from '@zas/plugin-api';
import { ERROR_CODES, isStoreError } from '@zas/plugin-api';
import type { S3ErrorCode } from './error-table.js';
import { S3Error } from './s3-error.js';

type Rendering = (details: ErrorDetails) => S3Error;

const plain =
  (code: S3ErrorCode): Rendering =>
  () =>
    new S3Error(code);

const NOT_FOUND: Partial<Record<ErrorReason, S3ErrorCode>> = {
  bucket: 'NoSuchBucket',
  version: 'NoSuchVersion',
  upload: 'NoSuchUpload',
  part: 'InvalidPart',
};

const byReason =
  (reasons: Partial<Record<ErrorReason, S3ErrorCode>>, otherwise: S3ErrorCode): Rendering =>
  (details) =>
    new S3Error((details.reason && reasons[details.reason]) ?? otherwise);

const renderPreconditionFailed: Rendering = ({ condition }) =>
  new S3Error('PreconditionFailed', condition === undefined ? {} : { fields: { Condition: condition } });

const renderNotFound: Rendering = (details) => {
  const code = NOT_FOUND[details.reason ?? 'object'] ?? 'NoSuchKey';
  if (details.reason !== 'delete-marker') return new S3Error(code);
  const headers: Record<string, string> = { 'x-amz-delete-marker': 'true' };
  if (typeof details['versionId'] === 'string') headers['x-amz-version-id'] = details['versionId'];
  return new S3Error(code, { headers });
};

const renderSlowDown: Rendering = () => new S3Error('SlowDown', { headers: { 'retry-after': '1' } });

/** Total over the codes that cross the plugin line: a new code does not compile until it is here. */
const RENDERINGS: Record<ErrorCode, Rendering> = {
  'invalid-argument': byReason(
    { part: 'InvalidPart', 'part-order': 'InvalidPartOrder', 'part-size': 'EntityTooSmall' },
    'InvalidArgument',
  ),
  unauthenticated: plain('AccessDenied'),
  'access-denied': plain('AccessDenied'),
  'not-found': renderNotFound,
  'already-exists': byReason({ 'bucket-owned-by-you': 'BucketAlreadyOwnedByYou' }, 'BucketAlreadyExists'),
  'precondition-failed': renderPreconditionFailed,
  conflict: byReason(
    {
      'bucket-not-empty': 'BucketNotEmpty',
      part: 'InvalidPart',
      'part-order': 'InvalidPartOrder',
      // The server's own state, which passes: clients repeat a 503 by themselves.
      'content-deleting': 'ServiceUnavailable',
      'epoch-closed': 'ServiceUnavailable',
      'lease-held': 'ServiceUnavailable',
      'lease-lost': 'ServiceUnavailable',
    },
    'OperationAborted',
  ),
  locked: plain('AccessDenied'),
  integrity: plain('BadDigest'),
  'too-large': plain('EntityTooLarge'),
  'quota-exceeded': plain('QuotaExceeded'),
  'no-space': plain('ServiceUnavailable'),
  'slow-down': renderSlowDown,
  unavailable: plain('ServiceUnavailable'),
  timeout: plain('RequestTimeout'),
  aborted: plain('RequestTimeout'),
  corrupt: plain('InternalError'),
  'not-implemented': plain('NotImplemented'),
  internal: plain('InternalError'),
};

/**
 * What an S3 client is told about any thrown value. Total: what is neither an
 * {@link S3Error} nor a StoreError is `InternalError`, and no message, stack or
 * cause of it reaches the answer. A StoreError's own message is shown only for
 * `invalid-argument`, where it is written for callers.
 */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (!isStoreError(error) || !ERROR_CODES.includes(error.code)) return new S3Error('InternalError', { cause: error });
  const rendered = RENDERINGS[error.code](error.details);
  return new S3Error(rendered.code, {
    message: rendered.code === 'InvalidArgument' ? error.message : rendered.message,
    fields: rendered.fields,
    headers: rendered.headers,
    cause: error,
  });
}
