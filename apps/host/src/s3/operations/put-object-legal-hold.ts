import { updateObject } from '@zas/object-store';
import { parseLegalHold } from '@zas/s3-protocol';
import { requireLockable } from '../object-lock.js';
import { versionHeaders } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putObjectLegalHold: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const legalHold = await readXml(call, parseLegalHold);
  await call.authorize('s3:PutObjectLegalHold', undefined, { legalHold });
  requireLockable(bucket);
  const change = { legalHold, ifTags: call.observedTags };
  return { status: 200, headers: versionHeaders(await updateObject(call.store, call.context, { bucket, key, versionId }, change)) };
};
