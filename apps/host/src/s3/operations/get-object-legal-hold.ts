import { findObject } from '@zas/object-store';
import { renderLegalHold, s3Error } from '@zas/s3-protocol';
import { requireLockable } from '../object-lock.js';
import { shownVersion } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getObjectLegalHold: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  requireLockable(bucket);
  const version = await findObject(call.store, call.context, { bucket, key, versionId });
  await call.confirm(version);
  if (version.legalHold === undefined) throw s3Error('NoSuchObjectLockConfiguration');
  return xmlAnswer(renderLegalHold(version.legalHold), shownVersion(call, version));
};
