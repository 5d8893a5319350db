import { aclsCount, findObject } from '@zas/object-store';
import { renderAcl } from '../acl.js';
import { shownVersion } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getObjectAcl: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const version = await findObject(call.store, call.context, { bucket, key, versionId });
  await call.confirm(version);
  const [owner, acl] = aclsCount(bucket) ? [version.owner, version.acl] : [bucket.owner, undefined];
  return xmlAnswer(await renderAcl(call, owner, acl), shownVersion(call, version));
};
