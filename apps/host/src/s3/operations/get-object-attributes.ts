import type { BodyPart, ObjectVersion } from '@zas/plugin-api';
import { findObject } from '@zas/object-store';
import { formatHttpDate, readAttributesRequest, renderObjectAttributes } from '@zas/s3-protocol';
import { shownVersion } from '../object-headers.js';
import type { S3Call, S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getObjectAttributes: S3Operation = async (call) => {
  const { bucket, key, versionId } = call;
  const request = readAttributesRequest(call.headers);
  // The route's permission covers the attributes; reading the object is the other half.
  await call.authorize(versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion');
  const version = await findObject(call.store, call.context, { bucket, key, versionId });
  await call.confirm(version);
  const { wanted } = request;
  const document = renderObjectAttributes({
    etag: wanted.has('ETag') ? version.etag : undefined,
    checksum: wanted.has('Checksum') ? version.checksum : undefined,
    parts: wanted.has('ObjectParts') ? await partsOf(call, version, request) : undefined,
    storageClass: wanted.has('StorageClass') ? version.storageClass : undefined,
    size: wanted.has('ObjectSize') ? version.size : undefined,
  });
  return xmlAnswer(document, { ...shownVersion(call, version), 'last-modified': formatHttpDate(version.modifiedAt) });
};

/** Parts of a multipart body; their checksums only where the object's is made of them. */
async function partsOf(call: S3Call, version: ObjectVersion, page: { maxParts: number; partNumberMarker: number }) {
  if (version.partCount === undefined || version.body.kind !== 'extents') return undefined;
  const { maxParts, partNumberMarker } = page;
  const found = await call.store.metadata.objects.bodyParts(call.context, version.body.bodyId, { after: partNumberMarker, limit: maxParts + 1 });
  const parts = found.slice(0, maxParts);
  const algorithm = version.checksum?.type === 'COMPOSITE' ? version.checksum.algorithm : undefined;
  return {
    total: version.partCount,
    page: {
      partNumberMarker,
      nextPartNumberMarker: parts.at(-1)?.number ?? 0,
      maxParts,
      isTruncated: found.length > maxParts,
      parts: parts.map(({ number, size, checksum }: BodyPart) => ({ number, size, checksum: algorithm && checksum ? { algorithm, value: checksum } : undefined })),
    },
  };
}
