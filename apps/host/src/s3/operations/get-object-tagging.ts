import { findObject } from '@zas/object-store';
import { renderTagging } from '@zas/s3-protocol';
import { shownVersion } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getObjectTagging: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const version = await findObject(call.store, call.context, { bucket, key, versionId });
  await call.confirm(version);
  return xmlAnswer(renderTagging(version.tags ?? {}), shownVersion(call, version));
};
