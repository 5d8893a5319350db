import { updateObject } from '@zas/object-store';
import { checkRetainUntil, parseRetention } from '@zas/s3-protocol';
import { mayBypassGovernance, requireLockable } from '../object-lock.js';
import { versionHeaders } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putObjectRetention: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const retention = await readXml(call, parseRetention);
  await call.authorize('s3:PutObjectRetention', undefined, { retention: retention ?? undefined });
  requireLockable(bucket);
  if (retention) checkRetainUntil(retention, call.store.clock.now());
  const change = { retention, bypassGovernance: await mayBypassGovernance(call), ifTags: call.observedTags };
  return { status: 200, headers: versionHeaders(await updateObject(call.store, call.context, { bucket, key, versionId }, change)) };
};
