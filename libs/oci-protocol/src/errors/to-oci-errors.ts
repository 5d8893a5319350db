import type { ErrorCode, ErrorReason, StoreError } from '@zas/plugin-api';
import { ERROR_CODES, isStoreError } from '@zas/plugin-api';
import type { OciErrorCode } from './error-table.js';
import type { OciErrorDetail } from './oci-error.js';
import { OciError, repeated } from './oci-error.js';

interface Outcome {
  readonly code: OciErrorCode;
  readonly status?: number;
  readonly message?: string;
  /** Seconds after which a repeat may succeed. */
  readonly retryAfter?: number;
}

type Narrowed = OciErrorCode | Outcome;

// The list of codes has none for a conflict, so the status tells it apart from missing rights.
const refused = (message: string): Outcome => ({ code: 'DENIED', status: 409, message });

// What the specification has for a registry that does not delete; its suite takes nothing else for that.
const protectedFromDeletion = (message: string): Outcome => ({ code: 'UNSUPPORTED', message });

// The server's own state, which passes: clients repeat a 503 by themselves.
const PASSING: Outcome = { code: 'UNAVAILABLE', retryAfter: 1 };

/** Total over the codes that cross the plugin line: a new code does not compile until it is here. */
const CODES: Record<ErrorCode, Narrowed> = {
  'invalid-argument': { code: 'UNSUPPORTED', status: 400 },
  unauthenticated: 'UNAUTHORIZED',
  'access-denied': 'DENIED',
  'not-found': 'NAME_UNKNOWN',
  'already-exists': refused('a thing of that name exists already'),
  'precondition-failed': { code: 'DENIED', status: 412, message: 'a precondition of the request does not hold' },
  conflict: refused('the present state does not allow the request'),
  locked: { code: 'DENIED', message: 'a retention or hold forbids the request' },
  integrity: 'SIZE_INVALID',
  'too-large': { code: 'SIZE_INVALID', status: 413, message: 'larger than the registry accepts' },
  'quota-exceeded': { code: 'DENIED', message: 'a quota would be exceeded' },
  'no-space': 'UNAVAILABLE',
  'slow-down': { code: 'TOOMANYREQUESTS', retryAfter: 1 },
  unavailable: 'UNAVAILABLE',
  timeout: 'UNAVAILABLE',
  aborted: 'UNAVAILABLE',
  corrupt: 'UNKNOWN',
  'not-implemented': 'UNSUPPORTED',
  internal: 'UNKNOWN',
};

const REFERENCE_MISSING = 'MANIFEST_BLOB_UNKNOWN';
const IMMUTABLE = refused('the tag is immutable');
const PASSING_CONFLICT = { conflict: PASSING } as const;

/** Total over the reasons likewise: what each makes of the codes that it narrows; `{}` where the code says it all. */
const REASONS: Record<ErrorReason, Partial<Record<ErrorCode, Narrowed>>> = {
  repository: { 'invalid-argument': 'NAME_INVALID' },
  'repository-not-empty': { conflict: refused('the repository is not empty') },
  manifest: {
    'not-found': 'MANIFEST_UNKNOWN',
    'invalid-argument': 'MANIFEST_INVALID',
    'too-large': { code: 'MANIFEST_INVALID', status: 413, message: 'manifest too large' },
  },
  'manifest-reference': {
    'not-found': REFERENCE_MISSING,
    'invalid-argument': REFERENCE_MISSING,
    conflict: REFERENCE_MISSING,
  },
  'manifest-used': { conflict: refused('the manifest is in use') },
  'manifest-referenced': { conflict: protectedFromDeletion('the manifest is part of an index') },
  blob: { 'not-found': 'BLOB_UNKNOWN', 'invalid-argument': 'DIGEST_INVALID' },
  'blob-referenced': { conflict: protectedFromDeletion('the blob is part of a manifest') },
  tag: {
    'not-found': 'MANIFEST_UNKNOWN',
    'invalid-argument': 'TAG_INVALID',
    'too-large': { code: 'TAG_INVALID', status: 414, message: 'too many tags' },
  },
  'tag-immutable': { conflict: IMMUTABLE, locked: IMMUTABLE, 'access-denied': IMMUTABLE, 'already-exists': IMMUTABLE },
  'tag-moved': { conflict: refused('the tag was moved meanwhile') },
  'tags-changed': PASSING_CONFLICT,
  upload: {
    'not-found': 'BLOB_UPLOAD_UNKNOWN',
    'invalid-argument': 'BLOB_UPLOAD_INVALID',
    conflict: { code: 'BLOB_UPLOAD_INVALID', status: 409 },
  },
  'upload-busy': { conflict: { code: 'BLOB_UPLOAD_INVALID', status: 409, message: 'another request works on this upload', retryAfter: 1 } },
  'upload-range': { conflict: 'RANGE_INVALID' },
  digest: { integrity: 'DIGEST_INVALID' },
  'write-offset': { 'invalid-argument': 'RANGE_INVALID', conflict: 'RANGE_INVALID' },
  'append-count': { 'too-large': { code: 'BLOB_UPLOAD_INVALID', status: 413, message: 'too many chunks' } },
  'content-deleting': PASSING_CONFLICT,
  'epoch-closed': PASSING_CONFLICT,
  'lease-held': PASSING_CONFLICT,
  'lease-lost': PASSING_CONFLICT,
  bucket: {},
  'bucket-owned-by-you': {},
  'bucket-not-empty': {},
  'bucket-changed': {},
  versioning: {},
  'object-lock': {},
  'object-changed': {},
  'client-token': {},
  object: {},
  version: {},
  'delete-marker': {},
  part: {},
  'part-order': {},
  'part-size': {},
  'source-changed': {},
  document: {},
  'feed-trimmed': {},
  'feed-reader': {},
  'last-administrator': {},
  'in-use': {},
  'built-in': {},
  'packed-policy': {},
  'policy-document': {},
};

/** The facts that `detail` shows, by code; taken from the StoreError's details, else from the request. */
const FACTS: Partial<Record<OciErrorCode, readonly string[]>> = {
  BLOB_UNKNOWN: ['digest'],
  BLOB_UPLOAD_INVALID: ['uploadId'],
  BLOB_UPLOAD_UNKNOWN: ['uploadId'],
  DENIED: ['name', 'tag', 'digest', 'limit'],
  DIGEST_INVALID: ['digest'],
  MANIFEST_BLOB_UNKNOWN: ['digest'],
  MANIFEST_INVALID: ['limit'],
  MANIFEST_UNKNOWN: ['name', 'tag', 'digest'],
  NAME_INVALID: ['name'],
  NAME_UNKNOWN: ['name'],
  SIZE_INVALID: ['size', 'limit'],
  TAG_INVALID: ['tag', 'limit'],
};

/** What a request was about, for the details of the error; see {@link toOciErrors}. */
export interface ErrorSubject {
  /** Of the repository. */
  readonly name?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly uploadId?: string;
}

/** Most errors of one answer. */
const MAX_ERRORS = 100;

/**
 * What an OCI client is told about any thrown value. Total: what is neither an
 * {@link OciError} nor a StoreError is `UNKNOWN` with status 500, and no message,
 * stack or cause of it reaches the answer. A StoreError's own message is shown
 * only for `invalid-argument`, where it is written for callers.
 *
 * Several come of one StoreError only for `manifest-reference`, whose detail
 * `digest` may hold several digests with commas between: one
 * `MANIFEST_BLOB_UNKNOWN` each, at most 100.
 * @param subject to be given only where it names the thing that the error is about
 */
export function toOciErrors(error: unknown, subject: ErrorSubject = {}): readonly [OciError, ...OciError[]] {
  if (error instanceof OciError) return [error];
  if (!isStoreError(error) || !ERROR_CODES.includes(error.code)) return [new OciError('UNKNOWN', { cause: error })];
  const outcome = outcomeOf(error);
  const facts = { ...subject, ...error.details };
  const digests = outcome.code === REFERENCE_MISSING && typeof facts.digest === 'string' ? facts.digest : '';
  const [first = '', ...others] = digests.split(',', MAX_ERRORS);
  const render = (digest: string): OciError => rendered(outcome, error, digest === '' ? facts : { ...facts, digest });
  return [render(first), ...others.map(render)];
}

/** The first of {@link toOciErrors}, which decides the status. */
export function toOciError(error: unknown, subject?: ErrorSubject): OciError {
  return toOciErrors(error, subject)[0];
}

function outcomeOf(error: StoreError): Outcome {
  const { code, details } = error;
  const { reason } = details;
  // A reason from a newer plugin is not in the table.
  const narrowed = reason !== undefined && Object.hasOwn(REASONS, reason) ? REASONS[reason][code] : undefined;
  if (narrowed === undefined && code === 'conflict' && details.retriable === true) return PASSING;
  const outcome = narrowed ?? CODES[code];
  return typeof outcome === 'string' ? { code: outcome } : outcome;
}

function rendered(outcome: Outcome, error: StoreError, facts: Readonly<Record<string, unknown>>): OciError {
  const { code, status, message } = outcome;
  const wait = error.details['retryAfterSeconds'];
  const retryAfter = typeof wait === 'number' ? wait : outcome.retryAfter;
  return new OciError(code, {
    status,
    message: error.code === 'invalid-argument' ? repeated(error.message) : message,
    detail: detailOf(code, facts),
    headers: retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) },
    cause: error,
  });
}

function detailOf(code: OciErrorCode, facts: Readonly<Record<string, unknown>>): OciErrorDetail | undefined {
  const detail: Record<string, OciErrorDetail> = {};
  for (const name of FACTS[code] ?? []) {
    const fact = facts[name];
    if (typeof fact === 'string') detail[name] = repeated(fact);
    else if (typeof fact === 'number' || typeof fact === 'boolean') detail[name] = fact;
  }
  return Object.keys(detail).length === 0 ? undefined : detail;
}
