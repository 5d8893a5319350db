import { presignUrl } from '@zas/s3-protocol';
import type { Keys } from '../harness/signed-client.js';

/** Path and query of a presigned URL in which only the host is signed. */
export function presign(url: string, { accessKeyId, secretAccessKey }: Keys, method: string, path: string): { path: string; query: string } {
  const { host } = new URL(url);
  const signed = presignUrl({ method, host, rawPath: path }, { accessKeyId, secret: secretAccessKey, region: 'us-east-1' }, 60, Date.now());
  const [, query = ''] = signed.split('?');
  return { path, query };
}
