import { createHmac } from 'node:crypto';
import { percentEncode } from '../target/percent.js';
import { canonicalPath, canonicalQuery, canonicalRequest, stringToSign } from './canonical-request.js';
import { ALGORITHM } from './read-signature.js';
import type { ChunkSigning, CredentialScope } from './request.js';
import { UNSIGNED_PAYLOAD, scopeText } from './request.js';
import { deriveSigningKey } from './signing-key.js';
import { formatTimestamp } from './timestamp.js';

export interface SigningCredential {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly sessionToken?: string;
  readonly region: string;
}

export interface RequestToSign {
  readonly method: string;
  /** The `Host` header, with port if not the default. */
  readonly host: string;
  /** Percent-encoded, starts with `/`. */
  readonly rawPath: string;
  /** Percent-encoded, without `?`. */
  readonly rawQuery?: string;
  /** Lower-case names; all of them are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Hex digest or one of the words of `x-amz-content-sha256`. */
  readonly payloadHash?: string;
}

export interface SignedRequest {
  /** All headers to send, `host` and `authorization` included. */
  readonly headers: Record<string, string>;
  /** For the chunks of the body. */
  readonly signing: ChunkSigning;
}

/**
 * The client's side of the header form, for tests and tools.
 * @param now milliseconds since the epoch
 */
export function signRequest(request: RequestToSign, credential: SigningCredential, now: number): SignedRequest {
  const timestamp = formatTimestamp(now);
  const payloadHashText = request.payloadHash ?? UNSIGNED_PAYLOAD;
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host,
    'x-amz-content-sha256': payloadHashText,
    'x-amz-date': timestamp,
  };
  if (credential.sessionToken !== undefined) headers['x-amz-security-token'] = credential.sessionToken;
  const signedHeaders = Object.keys(headers).sort();
  const { signature, signing } = sign(request, headers, canonicalQuery(request.rawQuery ?? ''), {
    signedHeaders,
    payloadHashText,
    timestamp,
    credential,
  });
  headers['authorization'] =
    `${ALGORITHM} Credential=${credential.accessKeyId}/${scopeText(signing.scope)},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`;
  return { headers, signing };
}

/**
 * The client's side of the query form.
 * @param expiresIn seconds
 * @param now milliseconds since the epoch
 * @returns path and query, to be put behind scheme and host
 */
export function presignUrl(
  request: RequestToSign,
  credential: SigningCredential,
  expiresIn: number,
  now: number,
): string {
  const timestamp = formatTimestamp(now);
  const headers: Record<string, string> = { ...request.headers, host: request.host };
  const signedHeaders = Object.keys(headers).sort();
  const scope = scopeOf(timestamp, credential);
  const parameters: [string, string][] = [
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${credential.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(expiresIn)],
    ['X-Amz-SignedHeaders', signedHeaders.join(';')],
  ];
  if (credential.sessionToken !== undefined) parameters.push(['X-Amz-Security-Token', credential.sessionToken]);
  if (request.payloadHash !== undefined) parameters.push(['X-Amz-Content-Sha256', request.payloadHash]);
  const added = parameters.map(([name, value]) => `${name}=${percentEncode(value, false)}`).join('&');
  const query = request.rawQuery ? `${request.rawQuery}&${added}` : added;
  const { signature } = sign(request, headers, canonicalQuery(query), {
    signedHeaders,
    payloadHashText: request.payloadHash ?? UNSIGNED_PAYLOAD,
    timestamp,
    credential,
  });
  return `${request.rawPath}?${query}&X-Amz-Signature=${signature}`;
}

function scopeOf(timestamp: string, credential: SigningCredential): CredentialScope {
  return { date: timestamp.slice(0, 8), region: credential.region, service: 's3' };
}

function sign(
  request: RequestToSign,
  headers: Record<string, string>,
  query: string,
  how: {
    signedHeaders: readonly string[];
    payloadHashText: string;
    timestamp: string;
    credential: SigningCredential;
  },
): { signature: string; signing: ChunkSigning } {
  const scope = scopeOf(how.timestamp, how.credential);
  const canonical = canonicalRequest(
    { method: request.method, rawPath: request.rawPath, rawQuery: '', headers },
    {
      path: canonicalPath(request.rawPath),
      query,
      signedHeaders: how.signedHeaders,
      payloadHashText: how.payloadHashText,
    },
  );
  const signingKey = deriveSigningKey(how.credential.secret, scope);
  const signature = createHmac('sha256', signingKey)
    .update(stringToSign(how.timestamp, scope, canonical))
    .digest('hex');
  return { signature, signing: { signingKey, seedSignature: signature, timestamp: how.timestamp, scope } };
}
