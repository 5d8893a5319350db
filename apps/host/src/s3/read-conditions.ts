import type { ObjectVersion } from '@zas/plugin-api';
import { evaluateReadConditions, formatHttpDate, s3Error } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** Throws `NotModified` or `PreconditionFailed` as the conditional headers of a read say. */
export function checkReadConditions(call: S3Call, version: ObjectVersion): void {
  const verdict = evaluateReadConditions(call.headers, version, call.store.clock.now());
  if (verdict === 'ok') return;
  if (verdict === 'precondition-failed') {
    const Condition = call.headers['if-match'] === undefined ? 'If-Unmodified-Since' : 'If-Match';
    throw s3Error('PreconditionFailed', { fields: { Condition } });
  }
  throw s3Error('NotModified', { headers: { etag: `"${version.etag}"`, 'last-modified': formatHttpDate(version.modifiedAt) } });
}
