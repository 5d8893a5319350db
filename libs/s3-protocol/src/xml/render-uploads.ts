import type { Checksum, ChecksumAlgorithm, ChecksumType } from '@zas/plugin-api';
import type { PartListing, UploadListing } from '../listing/entries.js';
import { document, element, etagElement, isoSeconds, ownerElement } from './document.js';
import { commonPrefixElements, encodingType, keyElement, keyEncoding } from './render-listings.js';

/** `<ChecksumCRC32>` and the like, with `ChecksumType` for whole objects. */
export function checksumElements(checksum: Checksum | undefined): string {
  if (checksum === undefined) return '';
  return checksumValueElement(checksum) + element('ChecksumType', checksum.type);
}

function checksumValueElement({ algorithm, value }: { algorithm: ChecksumAlgorithm; value: string }): string {
  return element(`Checksum${algorithm}`, value);
}

/** CreateMultipartUpload. */
export function renderInitiateMultipartUpload(upload: {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}): string {
  return document(
    'InitiateMultipartUploadResult',
    element('Bucket', upload.bucket) + element('Key', upload.key) + element('UploadId', upload.uploadId),
  );
}

/** CompleteMultipartUpload. */
export function renderCompleteMultipartUpload(result: {
  /** URL of the object. */
  readonly location: string;
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly checksum?: Checksum;
}): string {
  return document(
    'CompleteMultipartUploadResult',
    element('Location', result.location) +
      element('Bucket', result.bucket) +
      element('Key', result.key) +
      etagElement(result.etag) +
      checksumElements(result.checksum),
  );
}

/** CopyObject. */
export function renderCopyObject(result: {
  readonly etag: string;
  readonly modifiedAt: number;
  readonly checksum?: Checksum;
}): string {
  return document(
    'CopyObjectResult',
    `<LastModified>${isoSeconds(result.modifiedAt)}</LastModified>` +
      etagElement(result.etag) +
      checksumElements(result.checksum),
  );
}

/** UploadPartCopy. */
export function renderCopyPart(result: {
  readonly etag: string;
  readonly modifiedAt: number;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}): string {
  return document(
    'CopyPartResult',
    `<LastModified>${isoSeconds(result.modifiedAt)}</LastModified>` +
      etagElement(result.etag) +
      (result.checksum === undefined ? '' : checksumValueElement(result.checksum)),
  );
}

function checksumKind(algorithm: ChecksumAlgorithm | undefined, type: ChecksumType | undefined): string {
  return element('ChecksumAlgorithm', algorithm) + element('ChecksumType', type);
}

/** ListParts. */
export function renderListParts(listing: PartListing): string {
  const encode = keyEncoding(listing.encodeKeys);
  let parts = '';
  for (const part of listing.parts) {
    parts +=
      `<Part><PartNumber>${part.number}</PartNumber><LastModified>${isoSeconds(part.modifiedAt)}</LastModified>` +
      `${etagElement(part.etag)}<Size>${part.size}</Size>` +
      `${part.checksum === undefined ? '' : checksumValueElement(part.checksum)}</Part>`;
  }
  return document(
    'ListPartsResult',
    element('Bucket', listing.bucket) +
      encodingType(listing.encodeKeys) +
      keyElement('Key', listing.key, encode) +
      element('UploadId', listing.uploadId) +
      ownerElement('Initiator', listing.initiator) +
      ownerElement('Owner', listing.owner) +
      element('StorageClass', listing.storageClass) +
      element('PartNumberMarker', listing.partNumberMarker) +
      element('NextPartNumberMarker', listing.nextPartNumberMarker) +
      element('MaxParts', listing.maxParts) +
      element('IsTruncated', listing.isTruncated) +
      checksumKind(listing.checksumAlgorithm, listing.checksumType) +
      parts,
  );
}

/** ListMultipartUploads. */
export function renderListMultipartUploads(listing: UploadListing): string {
  const encode = keyEncoding(listing.encodeKeys);
  let uploads = '';
  for (const upload of listing.uploads) {
    uploads +=
      '<Upload>' +
      keyElement('Key', upload.key, encode) +
      element('UploadId', upload.uploadId) +
      ownerElement('Initiator', upload.initiator) +
      ownerElement('Owner', upload.owner) +
      element('StorageClass', upload.storageClass) +
      `<Initiated>${isoSeconds(upload.initiatedAt)}</Initiated>` +
      checksumKind(upload.checksumAlgorithm, upload.checksumType) +
      '</Upload>';
  }
  return document(
    'ListMultipartUploadsResult',
    element('Bucket', listing.bucket) +
      keyElement('KeyMarker', listing.keyMarker, encode) +
      element('UploadIdMarker', listing.uploadIdMarker) +
      keyElement('NextKeyMarker', listing.nextKeyMarker, encode) +
      element('NextUploadIdMarker', listing.nextUploadIdMarker) +
      keyElement('Prefix', listing.prefix, encode) +
      keyElement('Delimiter', listing.delimiter, encode) +
      encodingType(listing.encodeKeys) +
      element('MaxUploads', listing.maxUploads) +
      element('IsTruncated', listing.isTruncated) +
      uploads +
      commonPrefixElements(listing.commonPrefixes, encode),
  );
}
