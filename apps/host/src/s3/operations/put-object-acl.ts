import { aclsCount, findObject, updateObject } from '@zas/object-store';
import { parseAccessControlPolicy } from '@zas/s3-protocol';
import { checkNotBlocked, requestedAcl, requireGivenAnyway } from '../acl.js';
import { shownVersion, versionHeaders } from '../object-headers.js';
import type { S3Operation } from '../s3-call.js';
import { readXml } from '../xml-body.js';

export const putObjectAcl: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const document = call.exchange.hasBody ? await readXml(call, parseAccessControlPolicy) : undefined;
  const version = await findObject(call.store, call.context, { bucket, key, versionId });
  await call.confirm(version);
  if (!aclsCount(bucket)) {
    await requireGivenAnyway(call, document);
    return { status: 200, headers: shownVersion(call, version) };
  }
  const acl = await requestedAcl(call, version.owner, 'object', document);
  checkNotBlocked(bucket, acl);
  // The version that was looked at, not whatever is the current one by then.
  const updated = await updateObject(call.store, call.context, { bucket, key, versionId: version.versionId }, { acl, ifTags: call.observedTags });
  return { status: 200, headers: versionHeaders(updated) };
};
