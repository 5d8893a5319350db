import type { UploadListEntry } from '@zas/plugin-api';
import { renderUploadsJson, renderListMultipartUploads } from '@zas/s3-protocol';
import type { UploadEntry } from '@zas/s3-protocol';
import { readCount, readListParameters } from '../list-parameters.js';
import { ownerView } from '../owner-view.js';
import type { S3Call, S3Operation } from '../s3-call.js';
import { listAnswer } from '../xml-answer.js';

export const listMultipartUploads: S3Operation = async (call) => {
  const { query } = call.target;
  const parameters = readListParameters(query);
  const maxUploads = readCount(query, 'max-uploads');
  const keyMarker = query.get('key-marker') ?? '';
  // Without a key marker AWS ignores the upload-id marker.
  const uploadIdMarker = keyMarker === '' ? '' : (query.get('upload-id-marker') ?? '');
  const after = keyMarker === '' ? undefined : { key: keyMarker, uploadId: uploadIdMarker || undefined };
  const { prefix, delimiter } = parameters;
  const page = await call.store.metadata.uploads.list(call.context, { bucketId: call.bucket.id, prefix, delimiter, after, limit: maxUploads });
  const last = page.entries.at(-1);
  const isTruncated = page.truncated && maxUploads > 0;
  const listing = {
    ...parameters,
    bucket: call.bucket.name,
    keyMarker,
    uploadIdMarker,
    nextKeyMarker: last && (last.kind === 'upload' ? last.upload.key : last.prefix),
    nextUploadIdMarker: last?.kind === 'upload' ? last.upload.uploadId : undefined,
    maxUploads,
    isTruncated,
    uploads: await Promise.all(page.entries.filter((entry) => entry.kind === 'upload').map((entry) => describeUpload(call, entry))),
    commonPrefixes: page.entries.filter((entry) => entry.kind === 'prefix').map((entry) => entry.prefix),
  };
  return listAnswer(call, listing, renderListMultipartUploads, renderUploadsJson);
};

async function describeUpload(call: S3Call, { upload }: Extract<UploadListEntry, { kind: 'upload' }>): Promise<UploadEntry> {
  const [owner, initiator] = await Promise.all([ownerView(call, upload.attributes.owner), ownerView(call, upload.initiatorAccount)]);
  return {
    key: upload.key,
    uploadId: upload.uploadId,
    initiator,
    owner,
    storageClass: upload.attributes.storageClass,
    initiatedAt: upload.initiatedAt,
    checksumAlgorithm: upload.checksum?.algorithm,
    checksumType: upload.checksum?.type,
  };
}
