import { findObject } from '@zas/object-store';
import { renderTagging } from '@zas/s3-protocol';
import { versionHeaders } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

/** Objects cannot be given tags yet, so what is true of each is the empty set; clients ask before they copy. */
export const getObjectTagging: S3Operation = async (call) => {
  const name = { bucket: call.bucket, key: call.key, versionId: call.target.query.get('versionId') };
  const version = await findObject(call.store, call.context, name);
  return xmlAnswer(renderTagging({}), call.bucket.versioning === 'off' ? {} : versionHeaders(version));
};
