import { corsAnswerHeaders, corsForbidden, matchCors, readPreflight } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';

/** `OPTIONS` of a browser, by the bucket's rules and without any credential (Fetch standard, "CORS-preflight fetch"). */
export const preflight: S3Operation = async (call) => {
  const { method, ...asked } = readPreflight(call.headers);
  const bucket = await call.store.metadata.buckets.find(call.context, call.target.bucket!);
  const cors = bucket?.settings.cors;
  const rule = cors && matchCors(cors, { method, ...asked });
  if (rule) return { status: 200, headers: corsAnswerHeaders(rule, asked) };
  const reason = !bucket ? 'no-bucket' : cors ? 'not-allowed' : 'not-enabled';
  throw corsForbidden(reason, { method, resourceType: call.target.key === undefined ? 'BUCKET' : 'OBJECT' });
};
