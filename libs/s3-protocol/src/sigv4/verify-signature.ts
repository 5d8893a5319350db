import { createHmac, timingSafeEqual } from 'node:crypto';
import { S3Error, s3Error } from '../errors/s3-error.js';
import { canonicalPath, canonicalPathBySegment, canonicalQuery, canonicalRequest, stringToSign } from './canonical-request.js';
import { isSha256Hex } from './payload-hash.js';
import type { ChunkSigning, Signature, SignedRequestView } from './request.js';
import { spacedHex } from './signed-bytes.js';
import type { SigningKeyCache } from './signing-key.js';

/** How far a client's clock may be off, in milliseconds. */
export const MAX_SKEW_MS = 15 * 60 * 1000;

export interface VerifyOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The region of this server, for example `us-east-1`. */
  readonly region: string;
  readonly keyCache: SigningKeyCache;
  /** Name in the scope; absent: `s3`. */
  readonly service?: string;
}

/**
 * Checks scope, time, that what must be signed is signed, and the signature.
 * @returns what the chunks of an `aws-chunked` body are signed with
 * @throws S3Error `AuthorizationHeaderMalformed`, `AuthorizationQueryParametersError`,
 *   `RequestTimeTooSkewed`, `AccessDenied` or `SignatureDoesNotMatch`
 */
export function verifySignature(
  request: SignedRequestView,
  signature: Signature,
  secret: string,
  options: VerifyOptions,
): ChunkSigning {
  checkScope(signature, options.region, options.service ?? 's3');
  checkTime(signature, options.now);
  checkSignedHeaders(request, signature);

  const signingKey = options.keyCache.find(secret, signature.scope);
  const query = canonicalQuery(request.rawQuery, signature.form === 'query' ? 'X-Amz-Signature' : undefined);
  const attempt = (path: string) => {
    const canonical = canonicalRequest(request, {
      path,
      query,
      signedHeaders: signature.signedHeaders,
      payloadHashText: signature.payloadHashText,
    });
    const text = stringToSign(signature.timestamp, signature.scope, canonical);
    return { canonical, text, matches: isSignatureOf(signature.signature, signingKey, text) };
  };

  const first = attempt(canonicalPath(request.rawPath));
  if (!first.matches) {
    const clientsEncodeSlash = /%2f/i.test(request.rawPath);
    if (!clientsEncodeSlash || !attempt(canonicalPathBySegment(request.rawPath)).matches) {
      throw signatureDoesNotMatch(signature, first.text, first.canonical);
    }
  }
  return {
    signingKey,
    seedSignature: signature.signature,
    timestamp: signature.timestamp,
    scope: signature.scope,
  };
}

/** Constant-time. `given` is untrusted text. */
export function isSignatureOf(given: string, signingKey: Buffer, text: string): boolean {
  const expected = createHmac('sha256', signingKey).update(text).digest();
  if (!isSha256Hex(given)) return false;
  return timingSafeEqual(expected, Buffer.from(given, 'hex'));
}

function checkScope({ form, scope }: Signature, region: string, service: string): void {
  const wrong = (problem: string, fields: Record<string, string>): S3Error =>
    form === 'header'
      ? new S3Error('AuthorizationHeaderMalformed', {
          message: `The authorization header is malformed; ${problem}`,
          fields,
        })
      : new S3Error('AuthorizationQueryParametersError', {
          message: `Error parsing the X-Amz-Credential parameter; ${problem}`,
          fields,
        });
  if (scope.service !== service) {
    throw wrong(`incorrect service "${scope.service}". This endpoint belongs to "${service}".`, {});
  }
  if (scope.region !== region) {
    throw wrong(`the region '${scope.region}' is wrong; expecting '${region}'`, { Region: region });
  }
}

function checkTime(signature: Signature, now: number): void {
  if (signature.expiresIn === undefined) {
    if (Math.abs(now - signature.signedAt) > MAX_SKEW_MS) {
      throw s3Error('RequestTimeTooSkewed', {
        fields: {
          RequestTime: signature.timestamp,
          ServerTime: isoSeconds(now),
          MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
        },
      });
    }
    return;
  }
  if (signature.signedAt - now > MAX_SKEW_MS) {
    throw s3Error('AccessDenied', {
      message: 'Request is not yet valid',
      fields: {
        'X-Amz-Date': signature.timestamp,
        ServerTime: isoSeconds(now),
      },
    });
  }
  const expiresAt = signature.signedAt + signature.expiresIn * 1000;
  if (now >= expiresAt) {
    throw s3Error('AccessDenied', {
      message: 'Request has expired',
      fields: {
        'X-Amz-Expires': String(signature.expiresIn),
        Expires: isoSeconds(expiresAt),
        ServerTime: isoSeconds(now),
      },
    });
  }
}

function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** The digest and the date stand in the signed text anyway. */
const COVERED = new Set(['x-amz-content-sha256', 'x-amz-date']);

function checkSignedHeaders(request: SignedRequestView, { signedHeaders, form }: Signature): void {
  const missing: string[] = [];
  if (!signedHeaders.includes('host')) missing.push('host');
  for (const name in request.headers) {
    if (!name.startsWith('x-amz-') || signedHeaders.includes(name)) continue;
    // In the query form the date is a parameter, and a date header would be outside of the signature.
    if (COVERED.has(name) && (form === 'header' || name !== 'x-amz-date')) continue;
    missing.push(name);
  }
  if (missing.length > 0) {
    throw s3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: missing.join(', ') },
    });
  }
}

function signatureDoesNotMatch(signature: Signature, text: string, canonical: string): S3Error {
  return s3Error('SignatureDoesNotMatch', {
    fields: {
      AWSAccessKeyId: signature.accessKeyId,
      StringToSign: text,
      SignatureProvided: signature.signature,
      StringToSignBytes: spacedHex(text, 'latin1'),
      CanonicalRequest: canonical,
      CanonicalRequestBytes: spacedHex(canonical, 'latin1'),
    },
  });
}
