import crypto from 'node:crypto';
import { deriveSigningKey, formatTimestamp } from '@zas/s3-protocol';
import type { Keys, RawResponse, SignedClient } from './signed-client.js';

export type Condition = Readonly<Record<string, string | undefined>> | readonly (string | number)[];

export interface FormOptions {
  readonly keys?: Keys;
  readonly region?: string;
  /** Milliseconds from now. */
  readonly expiresIn?: number;
  /** When it is signed. */
  readonly now?: number;
}

/** The fields that sign a policy of these conditions, and what the signature itself needs in it. */
export function signPolicy(conditions: readonly Condition[], keys: Keys, options: FormOptions = {}): Record<string, string> {
  const { region = 'us-east-1', expiresIn = 60_000, now = Date.now() } = options;
  const timestamp = formatTimestamp(now);
  const scope = { date: timestamp.slice(0, 8), region, service: 's3' };
  const credential = `${keys.accessKeyId}/${scope.date}/${region}/s3/aws4_request`;
  const signing = { 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-credential': credential, 'x-amz-date': timestamp };
  const document = {
    expiration: new Date(now + expiresIn).toISOString(),
    conditions: [...conditions, ...Object.entries(signing).map(([name, value]) => ({ [name]: value }))],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const signature = crypto.createHmac('sha256', deriveSigningKey(keys.secretAccessKey, scope)).update(policy).digest('hex');
  return { ...signing, policy, 'x-amz-signature': signature };
}

const BOUNDARY = '----zas-form-boundary';

export interface FormFile {
  readonly name?: string;
  readonly content: string | Uint8Array;
}

/** A form as a browser sends it, the file last. */
export function encodeForm(fields: readonly (readonly [name: string, value: string])[], file: FormFile): { body: Buffer; contentType: string } {
  const part = (head: string) => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}`;
  const pieces: (string | Uint8Array)[] = fields.map(([name, value]) => `${part(`name="${name}"`)}\r\n\r\n${value}\r\n`);
  pieces.push(`${part(`name="file"; filename="${file.name ?? 'file.txt'}"`)}\r\nContent-Type: text/plain\r\n\r\n`, file.content, `\r\n--${BOUNDARY}--\r\n`);
  return { body: Buffer.concat(pieces.map((piece) => Buffer.from(piece))), contentType: `multipart/form-data; boundary=${BOUNDARY}` };
}

/** Sends a form to a bucket, with no credential but what is in the form. */
export function sendForm(
  client: SignedClient,
  bucket: string,
  fields: readonly (readonly [name: string, value: string])[] | Record<string, string>,
  file: FormFile | string = 'posted',
  headers: Record<string, string> = {},
): Promise<RawResponse> {
  const pairs = Array.isArray(fields) ? (fields as readonly (readonly [string, string])[]) : Object.entries(fields as Record<string, string>);
  const { body, contentType } = encodeForm(pairs, typeof file === 'string' ? { content: file } : file);
  return client.sendRaw({ method: 'POST', path: bucket, headers: { 'content-type': contentType, ...headers }, body });
}
