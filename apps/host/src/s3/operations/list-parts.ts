import { invalidArgument, renderPartsJson, renderListParts } from '@zas/s3-protocol';
import { readCount, readListParameters } from '../list-parameters.js';
import { ownerView } from '../owner-view.js';
import type { S3Operation } from '../s3-call.js';
import { authorizeUpload, uploadName } from '../upload-name.js';
import { listAnswer } from '../xml-answer.js';

export const listParts: S3Operation = async (call) => {
  const { query } = call.target;
  const name = uploadName(call);
  const maxParts = readCount(query, 'max-parts');
  const marker = query.get('part-number-marker') || '0';
  if (!/^\d{1,10}$/.test(marker)) throw invalidArgument('Provided part-number-marker not an integer or within integer range', 'part-number-marker', marker);
  const upload = await authorizeUpload(call, 's3:ListMultipartUploadParts');
  const found = await call.store.metadata.uploads.parts(call.context, name.uploadId, { after: Number(marker), limit: maxParts + 1 });
  const parts = found.slice(0, maxParts);
  const [owner, initiator] = await Promise.all([ownerView(call, upload.attributes.owner), ownerView(call, upload.initiatorAccount)]);
  const listing = {
    ...readListParameters(query),
    bucket: call.bucket.name,
    key: call.key,
    uploadId: name.uploadId,
    initiator,
    owner,
    storageClass: upload.attributes.storageClass,
    partNumberMarker: Number(marker),
    nextPartNumberMarker: parts.at(-1)?.number,
    maxParts,
    isTruncated: found.length > maxParts && maxParts > 0,
    checksumAlgorithm: upload.checksum?.algorithm,
    checksumType: upload.checksum?.type,
    parts,
  };
  return listAnswer(call, listing, renderListParts, renderPartsJson);
};
