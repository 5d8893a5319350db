import type {
  BucketListing,
  ObjectEntry,
  ObjectListing,
  ObjectListingV2,
  PartListing,
  UploadListing,
  VersionListing,
} from '../listing/entries.js';

/**
 * The JSON view of the list calls, for scripts. Keys are as they are, whatever
 * `encoding-type` says: JSON has no character that it cannot carry. Times are ISO
 * 8601, etags without quotes.
 */

function iso(time: number): string {
  return new Date(time).toISOString();
}

function objectView(entry: ObjectEntry) {
  return {
    key: entry.key,
    size: entry.size,
    etag: entry.etag,
    lastModified: iso(entry.modifiedAt),
    storageClass: entry.storageClass,
  };
}

/** ListBuckets: `buckets[]`. */
export function renderBucketsJson(listing: BucketListing): string {
  return JSON.stringify({
    owner: listing.owner,
    buckets: listing.buckets.map(({ name, createdAt, region }) => ({ name, creationDate: iso(createdAt), region })),
    isTruncated: listing.continuationToken !== undefined,
    nextMarker: listing.continuationToken,
  });
}

/**
 * ListObjects, either version: `objects[]`, `commonPrefixes[]`, `isTruncated`,
 * `nextMarker` (the `marker` or `continuation-token` of the next page).
 */
export function renderObjectsJson(listing: ObjectListing | ObjectListingV2): string {
  const next = 'marker' in listing ? listing.nextMarker : listing.nextContinuationToken;
  return JSON.stringify({
    bucket: listing.bucket,
    prefix: listing.prefix,
    delimiter: listing.delimiter,
    objects: listing.objects.map(objectView),
    commonPrefixes: listing.commonPrefixes,
    isTruncated: listing.isTruncated,
    nextMarker: next,
  });
}

/** ListObjectVersions: `versions[]`, delete markers among them. */
export function renderVersionsJson(listing: VersionListing): string {
  return JSON.stringify({
    bucket: listing.bucket,
    prefix: listing.prefix,
    delimiter: listing.delimiter,
    versions: listing.versions.map((entry) => ({
      ...objectView(entry),
      versionId: entry.versionId,
      isLatest: entry.isLatest,
      deleteMarker: entry.deleteMarker,
    })),
    commonPrefixes: listing.commonPrefixes,
    isTruncated: listing.isTruncated,
    nextMarker: listing.nextKeyMarker,
    nextVersionIdMarker: listing.nextVersionIdMarker,
  });
}

/** ListMultipartUploads: `uploads[]`. */
export function renderUploadsJson(listing: UploadListing): string {
  return JSON.stringify({
    bucket: listing.bucket,
    prefix: listing.prefix,
    delimiter: listing.delimiter,
    uploads: listing.uploads.map((upload) => ({
      key: upload.key,
      uploadId: upload.uploadId,
      initiated: iso(upload.initiatedAt),
      storageClass: upload.storageClass,
    })),
    commonPrefixes: listing.commonPrefixes,
    isTruncated: listing.isTruncated,
    nextMarker: listing.nextKeyMarker,
    nextUploadIdMarker: listing.nextUploadIdMarker,
  });
}

/** ListParts: `parts[]`. */
export function renderPartsJson(listing: PartListing): string {
  return JSON.stringify({
    bucket: listing.bucket,
    key: listing.key,
    uploadId: listing.uploadId,
    parts: listing.parts.map((part) => ({
      partNumber: part.number,
      size: part.size,
      etag: part.etag,
      lastModified: iso(part.modifiedAt),
    })),
    isTruncated: listing.isTruncated,
    nextMarker: listing.nextPartNumberMarker,
  });
}
