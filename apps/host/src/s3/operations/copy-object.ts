import type { ObjectVersion, Tags } from '@zas/plugin-api';
import { copyObject as duplicate } from '@zas/object-store';
import type { ObjectName } from '@zas/object-store';
import { parseMetadataDirective, parseTaggingDirective, readChecksumRequest, readStorageClass, readWritePrecondition, renderCopyObject, s3Error } from '@zas/s3-protocol';
import { checkCopyConditions, confirmCopySource, refusingMarkers, resolveCopySource } from '../copy-source.js';
import { describeObject } from '../object-description.js';
import { factsOf } from '../object-facts.js';
import { newVersionHeaders } from '../object-headers.js';
import type { S3Call, S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const copyObject: S3Operation = async (call) => {
  const source = await resolveCopySource(call);
  const { 'x-amz-metadata-directive': metadataDirective, 'x-amz-tagging-directive': taggingDirective } = call.headers;
  const replace = parseMetadataDirective(metadataDirective as string | undefined) === 'REPLACE';
  const retag = parseTaggingDirective(taggingDirective as string | undefined) === 'REPLACE';
  const described = await describeObject(call);
  const checksum = readChecksumRequest(call.headers)?.algorithm;
  checkNotItself(call, source, replace || retag || checksum !== undefined);
  const copied = await refusingMarkers(() =>
    duplicate(call.store, call.context, {
      source,
      target: { bucket: call.bucket, key: call.key },
      checksum,
      precondition: readWritePrecondition(call.headers),
      describe: async (version) => {
        await confirmCopySource(call, source, version);
        checkCopyConditions(call, version);
        checkSize(call, version);
        const { headers, userMetadata } = replace ? described : version;
        // ACL and locks are never copied: they come with the request, or by default.
        return { ...described, headers, userMetadata, storageClass: readStorageClass(call.headers), tags: retag ? described.tags : await copiedTags(call, source, version) };
      },
    }),
  );
  const sourceVersion = source.bucket.versioning === 'off' ? undefined : copied.source.versionId;
  return xmlAnswer(renderCopyObject(copied), { 'x-amz-copy-source-version-id': sourceVersion, ...newVersionHeaders(copied) });
};

/** Tags go along with who may read them there and write them here. */
async function copiedTags(call: S3Call, source: ObjectName, version: ObjectVersion): Promise<Tags | undefined> {
  const { tags } = version;
  if (!tags) return undefined;
  await call.authorize(source.versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging', { ...source, object: factsOf(version) });
  await call.authorize('s3:PutObjectTagging', undefined, { tags });
  return tags;
}

function checkNotItself(call: S3Call, source: ObjectName, changes: boolean): void {
  const same = source.bucket.id === call.bucket.id && source.key === call.key && source.versionId === undefined;
  if (!same || changes || call.headers['x-amz-storage-class'] !== undefined || call.headers['x-amz-website-redirect-location'] !== undefined) return;
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
