/**
 * The one error that crosses the plugin line. Look-ups answer `undefined` for
 * what is absent; commands throw a `StoreError`. The code set is closed: every
 * door renders each code through a total table, so a new code does not compile
 * until all doors know it. An unknown code, from a newer plugin, counts as `internal`.
 */
export const ERROR_CODES = [
  /** The caller's input is malformed or out of range. */
  'invalid-argument',
  /** A credential was sent and is not acceptable. */
  'unauthenticated',
  /** Known caller (or anonymous), not allowed. */
  'access-denied',
  /** The named thing does not exist; `details.reason` says what kind. */
  'not-found',
  /** A thing of that name exists already. */
  'already-exists',
  /** `ifMatch` or `ifNoneMatch` does not hold. */
  'precondition-failed',
  /** The state does not allow it now; nothing was changed; `details.retriable` when a repeat may succeed. */
  'conflict',
  /** A retention or legal hold forbids it. */
  'locked',
  /** Bytes do not match the digest, length or checksum that the caller stated. */
  'integrity',
  /** Larger than a stated limit. */
  'too-large',
  /** A quota would be exceeded. */
  'quota-exceeded',
  /** The backend has no room left. */
  'no-space',
  /** Too busy at the moment; come back later. */
  'slow-down',
  /** A backend cannot be reached or refuses writes (read-only disk, failed sync, lost lease). */
  'unavailable',
  /** A time limit passed. */
  'timeout',
  /** The caller went away or cancelled. */
  'aborted',
  /** Stored bytes are not what was recorded. */
  'corrupt',
  /** The ability does not exist here. */
  'not-implemented',
  /** A defect. */
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What narrows a code, for doors that answer more precisely. */
export type ErrorReason =
  | 'bucket'
  | 'bucket-owned-by-you'
  | 'bucket-not-empty'
  | 'bucket-changed'
  | 'versioning'
  | 'object-lock'
  | 'object-changed'
  | 'client-token'
  | 'write-offset'
  | 'append-count'
  | 'object'
  | 'version'
  | 'delete-marker'
  | 'upload'
  | 'upload-busy'
  | 'upload-range'
  | 'digest'
  | 'part'
  | 'part-order'
  | 'part-size'
  | 'source-changed'
  | 'content-deleting'
  | 'epoch-closed'
  | 'lease-held'
  | 'lease-lost'
  | 'document'
  | 'feed-trimmed'
  | 'feed-reader'
  | 'blob'
  | 'blob-referenced'
  | 'repository'
  | 'repository-not-empty'
  | 'manifest'
  | 'manifest-reference'
  | 'manifest-referenced'
  | 'manifest-used'
  | 'tag'
  | 'tag-immutable'
  | 'tag-moved'
  | 'tags-changed'
  | 'last-administrator'
  | 'in-use'
  | 'built-in'
  | 'packed-policy'
  | 'policy-document';

/** Facts for the caller and the log. Never a secret, never a path of the server. */
export interface ErrorDetails {
  reason?: ErrorReason;
  /** True when the same call may succeed if repeated at once. */
  retriable?: boolean;
  /** Which precondition failed. */
  condition?: 'If-Match' | 'If-None-Match';
  [field: string]: string | number | boolean | undefined;
}

const BRAND = Symbol.for('zas:store-error/v1');

/**
 * @param code one of {@link ERROR_CODES}
 * @param message constant text for people; facts go to `details`
 */
export class StoreError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StoreError';
    this.code = code;
    this.details = options.details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Recognises a StoreError of any installed copy of this package, by its brand. */
export function isStoreError(error: unknown): error is StoreError {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[BRAND] === true;
}

/** The code of any thrown value: `internal` for what is no StoreError or carries an unknown code. */
export function errorCodeOf(error: unknown): ErrorCode {
  return isStoreError(error) && ERROR_CODES.includes(error.code) ? error.code : 'internal';
}
