import crypto from 'node:crypto';
import { deriveSigningKey, formatTimestamp } from '@zas/s3-protocol';
import type { Keys } from './signed-client.js';

/** Headers of a form to `POST /`, signed for the Security Token Service. */
export function signSts(host: string, body: string, keys: Keys, headers: Readonly<Record<string, string>>, now = Date.now()): Record<string, string> {
  const timestamp = formatTimestamp(now);
  const scope = { date: timestamp.slice(0, 8), region: 'us-east-1', service: 'sts' };
  const scopeText = `${scope.date}/us-east-1/sts/aws4_request`;
  const canonical = ['POST', '/', '', `host:${host}`, `x-amz-date:${timestamp}`, '', 'host;x-amz-date', crypto.hash('sha256', body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', timestamp, scopeText, crypto.hash('sha256', canonical)].join('\n');
  const signature = crypto.createHmac('sha256', deriveSigningKey(keys.secretAccessKey, scope)).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scopeText}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  return { ...headers, host, 'x-amz-date': timestamp, authorization };
}
