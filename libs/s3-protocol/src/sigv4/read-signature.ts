import { S3Error, s3Error } from '../errors/s3-error.js';
import { parseHttpDate } from '../headers/http-date.js';
import type { S3Query } from '../target/query.js';
import { parseQuery } from '../target/query.js';
import { parseCredential, parseSignedHeaders } from './credential.js';
import { ALGORITHM, NOT_SUPPORTED } from './mechanism.js';
import { parsePayloadHash } from './payload-hash.js';
import type { Signature, SignedRequestView } from './request.js';
import { UNSIGNED_PAYLOAD } from './request.js';
import { formatTimestamp, parseTimestamp } from './timestamp.js';

export { ALGORITHM };

/** Longest life of a presigned URL, in seconds: a week. */
export const MAX_EXPIRES_SECONDS = 604_800;

/**
 * Reads the signature of a request, in header or presigned form, without
 * believing it. Reads the query again when none is given.
 * @returns `undefined` when the request carries none: it is anonymous
 * @throws S3Error with AWS's code for what is malformed, sent twice, in both
 *   forms, or made with another mechanism (`InvalidRequest` for Signature Version 2)
 */
export function readSignature(request: SignedRequestView, query?: S3Query): Signature | undefined {
  const authorization = request.headers.authorization;
  // Most requests have neither a query signature nor the need to decode the query.
  const mayBePresigned = request.rawQuery !== '' && /X-Amz-|Signature|%/i.test(request.rawQuery);
  const parsed = mayBePresigned ? (query ?? parseQuery(request.rawQuery)) : undefined;
  const presigned = parsed !== undefined && (parsed.has('X-Amz-Algorithm') || parsed.has('X-Amz-Signature'));
  if (authorization === undefined) {
    if (parsed === undefined) return undefined;
    if (presigned) return readQueryForm(request, parsed);
    if (parsed.has('AWSAccessKeyId') && parsed.has('Signature')) {
      throw s3Error('InvalidRequest', { message: NOT_SUPPORTED });
    }
    return undefined;
  }
  if (presigned || countHeader(request.rawHeaders, 'authorization') > 1) {
    throw s3Error('InvalidArgument', {
      message:
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      fields: { ArgumentName: 'Authorization' },
    });
  }
  return readHeaderForm(request, authorization);
}

function countHeader(rawHeaders: readonly string[] | undefined, name: string): number {
  let count = 0;
  if (rawHeaders === undefined) return count;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const candidate = rawHeaders[i];
    if (candidate?.length === name.length && candidate.toLowerCase() === name) count++;
  }
  return count;
}

function malformedHeader(problem: string): S3Error {
  return new S3Error('AuthorizationHeaderMalformed', { message: `The authorization header is malformed; ${problem}` });
}

function readHeaderForm(request: SignedRequestView, authorization: string): Signature {
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    if (authorization.startsWith('AWS ') || authorization.startsWith('AWS4-')) {
      throw s3Error('InvalidRequest', { message: NOT_SUPPORTED });
    }
    throw s3Error('InvalidArgument', {
      message: 'Unsupported Authorization Type',
      fields: { ArgumentName: 'Authorization' },
    });
  }
  const { credential, signedHeaders, signature } = readComponents(authorization.slice(ALGORITHM.length + 1));
  const { accessKeyId, scope } = parseCredential(credential, malformedHeader);
  const { timestamp, signedAt } = readDate(request);
  if (!timestamp.startsWith(scope.date)) {
    throw malformedHeader(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${timestamp.slice(0, 8)}".`,
    );
  }
  const payloadHashText = single(request.headers['x-amz-content-sha256']);
  if (payloadHashText === undefined) {
    throw s3Error('InvalidRequest', { message: 'Missing required header for this request: x-amz-content-sha256' });
  }
  return {
    form: 'header',
    accessKeyId,
    scope,
    signedHeaders: parseSignedHeaders(signedHeaders, malformedHeader),
    signature,
    timestamp,
    signedAt,
    payloadHash: parsePayloadHash(payloadHashText),
    payloadHashText,
    sessionToken: single(request.headers['x-amz-security-token']),
  };
}

function readComponents(text: string): { credential: string; signedHeaders: string; signature: string } {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  let count = 0;
  for (const component of text.split(',')) {
    const trimmed = component.trim();
    const equals = trimmed.indexOf('=');
    if (equals < 0) throw malformedHeader(`the authorization component "${trimmed}" is malformed.`);
    const name = trimmed.slice(0, equals);
    if (found[name] !== undefined) throw malformedHeader(`the authorization component "${name}" is duplicated.`);
    if (++count > 3) break;
    found[name] = trimmed.slice(equals + 1);
  }
  const { Credential: credential, SignedHeaders: signedHeaders, Signature: signature } = found;
  if (!credential || !signedHeaders || !signature || count !== 3) {
    throw malformedHeader(
      'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    );
  }
  return { credential, signedHeaders, signature };
}

function readDate(request: SignedRequestView): { timestamp: string; signedAt: number } {
  const amzDate = single(request.headers['x-amz-date']);
  const signedAt = amzDate === undefined ? parseHttpDate(request.headers.date) : parseTimestamp(amzDate);
  if (signedAt === undefined) {
    throw s3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header' });
  }
  return { timestamp: amzDate ?? formatTimestamp(signedAt), signedAt };
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value[0];
}

function malformedQuery(message: string): S3Error {
  return new S3Error('AuthorizationQueryParametersError', { message });
}

const REQUIRED = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;

function readQueryForm(request: SignedRequestView, query: S3Query): Signature {
  for (const name of REQUIRED) {
    if (!query.get(name)) throw s3Error('AuthorizationQueryParametersError');
    if (query.duplicates.has(name)) throw malformedQuery(`${name} must be given once`);
  }
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw malformedQuery(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const malformedCredential = (problem: string): S3Error =>
    malformedQuery(`Error parsing the X-Amz-Credential parameter; ${problem}`);
  const { accessKeyId, scope } = parseCredential(query.get('X-Amz-Credential') ?? '', malformedCredential);
  const timestamp = query.get('X-Amz-Date') ?? '';
  const signedAt = parseTimestamp(timestamp);
  if (signedAt === undefined) {
    throw malformedQuery('X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd\'T\'HHmmss\'Z\'"');
  }
  if (!timestamp.startsWith(scope.date)) {
    throw malformedCredential(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${timestamp.slice(0, 8)}".`,
    );
  }
  const payloadHashText =
    query.get('X-Amz-Content-Sha256') ?? single(request.headers['x-amz-content-sha256']) ?? UNSIGNED_PAYLOAD;
  return {
    form: 'query',
    accessKeyId,
    scope,
    signedHeaders: parseSignedHeaders(query.get('X-Amz-SignedHeaders') ?? '', malformedQuery),
    signature: query.get('X-Amz-Signature') ?? '',
    timestamp,
    signedAt,
    expiresIn: readExpires(query.get('X-Amz-Expires') ?? ''),
    payloadHash: parsePayloadHash(payloadHashText),
    payloadHashText,
    sessionToken: query.get('X-Amz-Security-Token') ?? single(request.headers['x-amz-security-token']),
  };
}

function readExpires(text: string): number {
  if (/^-\d+$/.test(text)) throw malformedQuery('X-Amz-Expires must be non-negative');
  if (!/^\d+$/.test(text)) throw malformedQuery('X-Amz-Expires should be a number');
  const seconds = Number(text);
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw malformedQuery(`X-Amz-Expires must be less than a week (in seconds) that is ${MAX_EXPIRES_SECONDS}`);
  }
  return seconds;
}
