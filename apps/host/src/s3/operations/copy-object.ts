import type { ObjectVersion } from '@zas/plugin-api';
import { copyObject as duplicate } from '@zas/object-store';
import type { ObjectName } from '@zas/object-store';
import { parseMetadataDirective, readChecksumRequest, readStorageClass, readWritePrecondition, renderCopyObject, s3Error } from '@zas/s3-protocol';
import { checkCopyConditions, resolveCopySource } from '../copy-source.js';
import { describeObject } from '../object-description.js';
import { versionHeaders } from '../object-headers.js';
import type { S3Call, S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const copyObject: S3Operation = async (call) => {
  const source = await resolveCopySource(call);
  const replace = parseMetadataDirective(call.headers['x-amz-metadata-directive'] as string | undefined) === 'REPLACE';
  const described = describeObject(call);
  const checksum = readChecksumRequest(call.headers)?.algorithm;
  checkNotItself(call, source, replace || checksum !== undefined);
  const copied = await duplicate(call.store, call.context, {
    source,
    target: { bucket: call.bucket, key: call.key },
    owner: described.owner,
    checksum,
    precondition: readWritePrecondition(call.headers),
    describe: (version) => {
      checkCopyConditions(call, version);
      checkSize(call, version);
      const { headers, userMetadata } = replace ? described : version;
      return { headers, userMetadata, storageClass: readStorageClass(call.headers) };
    },
  });
  const sourceVersion = source.bucket.versioning === 'off' ? undefined : copied.source.versionId;
  return xmlAnswer(renderCopyObject(copied), { ...versionHeaders(copied), 'x-amz-copy-source-version-id': sourceVersion });
};

function checkNotItself(call: S3Call, source: ObjectName, changes: boolean): void {
  const same = source.bucket.id === call.bucket.id && source.key === call.key && source.versionId === undefined;
  if (!same || changes || call.headers['x-amz-storage-class'] !== undefined) return;
  throw s3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
}

/** AWS copies at most 5 GiB in one request; larger ones go by UploadPartCopy. */
function checkSize(call: S3Call, version: ObjectVersion): void {
  if (version.size <= call.store.limits.putBytes) return;
  throw s3Error('InvalidRequest', {
    message: `The specified copy source is larger than the maximum allowable size for a copy source: ${call.store.limits.putBytes}`,
  });
}
