import { configureBucket } from '@zas/object-store';
import { parseVersioningConfiguration } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putBucketVersioning: S3Operation = async (call) => {
  const { status } = await readXml(call, parseVersioningConfiguration);
  const versioning = status === 'Enabled' ? 'enabled' : 'suspended';
  await configureBucket(call.store, call.context, call.bucket, () => ({ versioning }));
  return { status: 200, headers: {} };
};
