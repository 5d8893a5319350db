import type { IncomingHttpHeaders } from 'node:http';
import type { S3Error } from '../errors/s3-error.js';
import { s3Error } from '../errors/s3-error.js';
import { headerValue, isHeaderName } from '../headers/header-value.js';

export interface Preflight {
  readonly origin: string;
  /** What the browser is about to do. */
  readonly method: string;
  readonly requestHeaders: readonly string[];
}

/**
 * Reads an OPTIONS request.
 * @throws S3Error `BadRequest`, in AWS's words, without `Origin`, without a method or
 *   for a header name that can be none
 */
export function readPreflight(headers: IncomingHttpHeaders): Preflight {
  const origin = headerValue(headers, 'origin');
  if (!origin) throw s3Error('BadRequest', { message: 'Insufficient information. Origin request header needed.' });
  const method = headerValue(headers, 'access-control-request-method');
  if (!method) throw s3Error('BadRequest', { message: 'Invalid Access-Control-Request-Method: null' });
  return {
    origin,
    method,
    requestHeaders: readRequestedHeaders(headers),
  };
}

/**
 * The names of `Access-Control-Request-Headers`.
 * @throws S3Error `BadRequest` for what can be no name
 */
export function readRequestedHeaders(headers: IncomingHttpHeaders): readonly string[] {
  const text = headerValue(headers, 'access-control-request-headers');
  if (!text) return [];
  return text.split(',').map((item) => {
    const name = item.trim();
    if (isHeaderName(name)) return name;
    throw s3Error('BadRequest', { message: `Access-Control-Request-Headers "${item}" contains invalid character.` });
  });
}

const MESSAGES = {
  'not-enabled': 'CORSResponse: CORS is not enabled for this bucket.',
  'no-bucket': 'CORSResponse: Bucket not found',
  'not-allowed': undefined,
} as const;

/** The `AccessForbidden` of a preflight. @param about.method what the browser is about to do */
export function corsForbidden(
  reason: keyof typeof MESSAGES,
  about: { readonly method: string; readonly resourceType: 'BUCKET' | 'OBJECT' },
): S3Error {
  return s3Error('AccessForbidden', {
    message: MESSAGES[reason],
    fields: { Method: about.method, ResourceType: about.resourceType },
  });
}
