import { updateObject } from '@zas/object-store';
import { parseTagging } from '@zas/s3-protocol';
import { versionHeaders } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putObjectTagging: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const tags = await readXml(call, (bytes, limits) => parseTagging(bytes, 'object', limits));
  await call.authorize(versionId === undefined ? 's3:PutObjectTagging' : 's3:PutObjectVersionTagging', undefined, { tags });
  const change = { tags: Object.keys(tags).length > 0 ? tags : null, ifTags: call.observedTags };
  return { status: 200, headers: versionHeaders(await updateObject(call.store, call.context, { bucket, key, versionId }, change)) };
};
