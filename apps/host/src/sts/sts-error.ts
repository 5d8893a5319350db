import type { ErrorCode } from '@zas/plugin-api';
import { errorCodeOf, isStoreError } from '@zas/plugin-api';
import { S3Error } from '@zas/s3-protocol';

/** An error as AWS's Security Token Service answers it (API reference, "Common Error Types" and of each action). */
export class StsError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Rendered = readonly [code: string, status: number];

/** Total: a new code does not compile until it is here. */
const OF_CODE: Record<ErrorCode, Rendered> = {
  'invalid-argument': ['ValidationError', 400],
  unauthenticated: ['InvalidIdentityToken', 400],
  'access-denied': ['AccessDenied', 403],
  'not-found': ['NoSuchEntity', 404],
  'already-exists': ['EntityAlreadyExists', 409],
  'precondition-failed': ['ConcurrentModification', 409],
  conflict: ['ConcurrentModification', 409],
  locked: ['AccessDenied', 403],
  integrity: ['ValidationError', 400],
  'too-large': ['ValidationError', 400],
  'quota-exceeded': ['LimitExceeded', 409],
  'no-space': ['ServiceUnavailable', 503],
  'slow-down': ['Throttling', 400],
  unavailable: ['ServiceUnavailable', 503],
  timeout: ['RequestTimeout', 408],
  aborted: ['RequestTimeout', 408],
  corrupt: ['InternalFailure', 500],
  'not-implemented': ['NotImplemented', 501],
  internal: ['InternalFailure', 500],
};

const OF_REASON: Readonly<Record<string, Rendered>> = {
  'packed-policy': ['PackedPolicyTooLarge', 400],
  'policy-document': ['MalformedPolicyDocument', 400],
};

/** S3's words for what is wrong with a signature, where STS has others. */
const OF_S3: Readonly<Record<string, Rendered>> = {
  InvalidAccessKeyId: ['InvalidClientTokenId', 403],
  InvalidToken: ['InvalidClientTokenId', 403],
  ExpiredToken: ['ExpiredToken', 403],
  SignatureDoesNotMatch: ['SignatureDoesNotMatch', 403],
  RequestTimeTooSkewed: ['SignatureDoesNotMatch', 403],
  AuthorizationHeaderMalformed: ['IncompleteSignature', 400],
  InvalidArgument: ['IncompleteSignature', 400],
  InvalidRequest: ['IncompleteSignature', 400],
  AccessDenied: ['SignatureDoesNotMatch', 403],
};

/** Any thrown value; the message of a defect stays in the log. */
export function toStsError(error: unknown): StsError {
  if (error instanceof StsError) return error;
  if (error instanceof S3Error) {
    const [code, status] = OF_S3[error.code] ?? ['IncompleteSignature', 400];
    return new StsError(code, status, error.message);
  }
  const code = errorCodeOf(error);
  const reason = isStoreError(error) ? error.details.reason : undefined;
  const [name, status] = (reason === undefined ? undefined : OF_REASON[reason]) ?? OF_CODE[code];
  const message = isStoreError(error) && code !== 'internal' ? error.message : 'Something went wrong in the server';
  return new StsError(name, status, message);
}
