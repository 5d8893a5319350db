import { configureBucket } from '@zas/object-store';
import { parseObjectLockConfiguration } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

/** Also switches locking on where versioning is enabled already; it cannot be switched off again. */
export const putObjectLockConfiguration: S3Operation = async (call) => {
  const { defaultRetention } = await readXml(call, parseObjectLockConfiguration);
  await configureBucket(call.store, call.context, call.bucket, () => ({
    objectLock: true,
    settings: { defaultRetention: defaultRetention ?? null },
  }));
  return { status: 200, headers: {} };
};
