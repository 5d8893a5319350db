import type { IncomingHttpHeaders } from 'node:http';
import type { CallContext } from '@zas/plugin-api';
import type { ObjectStore } from '@zas/object-store';
import type { S3Target } from '@zas/s3-protocol';
import { corsAnswerHeaders, isBucketName, matchCors } from '@zas/s3-protocol';

/**
 * What a browser needs to show an answer to the page that asked: by the bucket's
 * rules, on every answer of a request with an `Origin`, errors included. Empty where
 * no rule fits.
 */
export async function crossOriginHeaders(
  store: ObjectStore,
  context: CallContext,
  target: S3Target,
  method: string,
  headers: IncomingHttpHeaders,
): Promise<Record<string, string>> {
  // A preflight is answered by its operation.
  if (method === 'OPTIONS' || target.bucket === undefined || !isBucketName(target.bucket)) return {};
  const bucket = await store.metadata.buckets.find(context, target.bucket);
  const origin = String(headers.origin);
  // What a preflight's header asks for counts on other requests too.
  const asked = String(headers['access-control-request-method'] ?? method);
  const rule = bucket?.settings.cors && matchCors(bucket.settings.cors, { origin, method: asked });
  return rule ? corsAnswerHeaders(rule, { origin }) : {};
}
