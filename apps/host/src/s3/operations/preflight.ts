import { corsAnswerHeaders, matchCors, s3Error } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';

const NOT_ALLOWED =
  'CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource\'s CORS spec.';

/** `OPTIONS` of a browser, by the bucket's rules and without any credential (Fetch standard, "CORS-preflight fetch"). */
export const preflight: S3Operation = async (call) => {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': names } = call.headers;
  if (origin === undefined) throw s3Error('BadRequest', { message: 'Insufficient information. Origin request header needed.' });
  if (method === undefined) throw s3Error('BadRequest', { message: 'Invalid Access-Control-Request-Method: null' });
  const { cors } = call.bucket.settings;
  const fields = { Method: String(method), ResourceType: call.target.key === undefined ? 'BUCKET' : 'OBJECT' };
  if (!cors) throw s3Error('AccessForbidden', { message: 'CORSResponse: CORS is not enabled for this bucket.', fields });
  const requestHeaders = String(names ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
  const asked = { origin, method: String(method), requestHeaders };
  const rule = matchCors(cors, asked);
  if (!rule) throw s3Error('AccessForbidden', { message: NOT_ALLOWED, fields });
  return { status: 200, headers: corsAnswerHeaders(rule, { ...asked, preflight: true }) };
};
