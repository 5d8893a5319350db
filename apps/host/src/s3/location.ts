import { percentEncode } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** URL of an object of the call's bucket, as the client reaches the server. */
export function locationOf(call: S3Call, key: string): string {
  const { publicUrl } = call.settings;
  const scheme = call.exchange.secure ? 'https' : 'http';
  const base = publicUrl?.replace(/\/$/, '') ?? `${scheme}://${String(call.headers.host ?? '')}`;
  const encoded = percentEncode(key, true);
  return call.target.virtualHost ? `${base}/${encoded}` : `${base}/${call.bucket.name}/${encoded}`;
}
