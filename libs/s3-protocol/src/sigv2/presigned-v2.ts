import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { s3Error } from '../errors/s3-error.js';
import type { S3Query } from '../target/query.js';

/**
 * Presigned URLs of Signature Version 2 for objects: what boto3 and the AWS CLI
 * still make by default for us-east-1, and AWS still accepts there. The header form
 * is not supported. Source: S3 User Guide, "Signing and authenticating REST
 * requests (AWS signature version 2)".
 */
export interface PresignedV2 {
  readonly accessKeyId: string;
  /** Seconds since the epoch, as sent. */
  readonly expires: string;
  /** Base64, untrusted. */
  readonly signature: string;
}

/** Parameters that the signature covers. */
const SIGNED = new Set([
  'acl',
  'partNumber',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
]);

const TOKEN = 'x-amz-security-token';
const OWN = new Set(['AWSAccessKeyId', 'Expires', 'Signature', TOKEN]);

/** @returns `undefined` when the query carries no signature of version 2. @throws S3Error `AccessDenied` for a partial one */
export function readPresignedV2(query: S3Query): PresignedV2 | undefined {
  const accessKeyId = query.get('AWSAccessKeyId');
  const signature = query.get('Signature');
  if (accessKeyId === undefined && signature === undefined) return undefined;
  const expires = query.get('Expires');
  if (accessKeyId === undefined || signature === undefined || expires === undefined || !/^\d{1,12}$/.test(expires)) {
    throw s3Error('AccessDenied', { message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters' });
  }
  return { accessKeyId, expires, signature };
}

export interface RequestOfV2 {
  readonly method: string;
  readonly rawPath: string;
  /** Bucket of a virtual host, which the signed resource begins with. */
  readonly hostBucket?: string;
  readonly query: S3Query;
  readonly headers: IncomingHttpHeaders;
}

/**
 * @param now milliseconds since the epoch
 * @throws S3Error `AccessDenied` when expired or when a parameter comes along that
 *   the signature does not cover; `SignatureDoesNotMatch`
 */
export function verifyPresignedV2(request: RequestOfV2, presigned: PresignedV2, secret: string, now: number): void {
  for (const [name] of request.query.entries) {
    // Anything else could be added by whoever holds the URL.
    if (!OWN.has(name) && !SIGNED.has(name)) throw s3Error('AccessDenied', { message: 'A query parameter is not covered by the signature' });
  }
  if (request.query.duplicates.size > 0) throw s3Error('AccessDenied', { message: 'A query parameter was sent twice' });
  const text = stringToSignV2(request, presigned.expires);
  const expected = createHmac('sha1', secret).update(text).digest();
  const given = Buffer.from(presigned.signature, 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    const fields = { AWSAccessKeyId: presigned.accessKeyId, StringToSign: text, SignatureProvided: presigned.signature };
    throw s3Error('SignatureDoesNotMatch', { fields });
  }
  if (Number(presigned.expires) * 1000 < now) {
    const fields = { Expires: new Date(Number(presigned.expires) * 1000).toISOString(), ServerTime: new Date(now).toISOString() };
    throw s3Error('AccessDenied', { message: 'Request has expired', fields });
  }
}

/** Exported for tests and tools, which sign with it. */
export function stringToSignV2(request: RequestOfV2, expires: string): string {
  const { method, headers, query } = request;
  const token = query.get(TOKEN);
  // In a URL the token stands among the parameters, and is signed as the header that it would be.
  const named = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && (name !== TOKEN || token === undefined));
  const amz = (token === undefined ? named : [...named, TOKEN])
    .sort()
    .map((name) => `${name}:${String(name === TOKEN && token !== undefined ? token : headers[name]).trim()}\n`)
    .join('');
  const covered = query.entries
    .filter(([name]) => SIGNED.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
  const path = (request.hostBucket === undefined ? '' : `/${request.hostBucket}`) + request.rawPath;
  const resource = covered === '' ? path : `${path}?${covered}`;
  return `${method}\n${headers['content-md5'] ?? ''}\n${headers['content-type'] ?? ''}\n${expires}\n${amz}${resource}`;
}
