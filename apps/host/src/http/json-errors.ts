import type { ErrorCode } from '@zas/plugin-api';
import { errorCodeOf, isStoreError } from '@zas/plugin-api';
import type { Answer } from './answer.js';

/** HTTP status of each code, for the doors that speak JSON. Total: a new code does not compile until it is here. */
const STATUS: Record<ErrorCode, number> = {
  'invalid-argument': 400,
  unauthenticated: 401,
  'access-denied': 403,
  'not-found': 404,
  'already-exists': 409,
  'precondition-failed': 412,
  conflict: 409,
  locked: 423,
  integrity: 400,
  'too-large': 413,
  'quota-exceeded': 403,
  'no-space': 507,
  'slow-down': 503,
  unavailable: 503,
  timeout: 408,
  aborted: 499,
  corrupt: 500,
  'not-implemented': 501,
  internal: 500,
};

/** `{ error: { code, reason?, message, requestId } }`; the message of a defect stays in the log. */
export function jsonError(error: unknown, requestId: string, challenges: readonly string[]): Answer {
  const code = errorCodeOf(error);
  const reason = isStoreError(error) ? error.details.reason : undefined;
  const wait = isStoreError(error) ? error.details['retryAfterSeconds'] : undefined;
  const message = isStoreError(error) && code !== 'internal' ? error.message : 'Something went wrong in the server';
  return {
    // Whoever asks too often is told so; where the server is busy, it is not his doing.
    status: code === 'slow-down' && typeof wait === 'number' ? 429 : STATUS[code],
    headers: {
      'content-type': 'application/json',
      'x-request-id': requestId,
      'retry-after': typeof wait === 'number' ? String(wait) : undefined,
      'www-authenticate': code === 'unauthenticated' && challenges.length > 0 ? [...challenges] : undefined,
    },
    body: `${JSON.stringify({ error: { code, ...(reason === undefined ? {} : { reason }), message, requestId } })}\n`,
  };
}
