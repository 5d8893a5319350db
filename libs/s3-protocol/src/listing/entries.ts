import type { ChecksumAlgorithm, ChecksumType } from '@zas/plugin-api';

/**
 * What listings show, in the terms of the wire and close to the records of
 * plugin-api. The XML and the JSON view are made from the same values. Times are
 * milliseconds since the epoch; etags have no quotes; keys are not encoded yet.
 */

export interface OwnerView {
  /** Canonical id. */
  readonly id: string;
  /** Absent: not shown. */
  readonly displayName?: string;
}

export interface BucketEntry {
  readonly name: string;
  readonly createdAt: number;
  readonly region?: string;
}

export interface BucketListing {
  readonly owner: OwnerView;
  readonly buckets: readonly BucketEntry[];
  readonly prefix?: string;
  /** Of the next page. */
  readonly continuationToken?: string;
}

export interface ObjectEntry {
  readonly key: string;
  readonly modifiedAt: number;
  readonly etag: string;
  readonly size: number;
  readonly storageClass: string;
  readonly owner?: OwnerView;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
}

/** What all pages over keys have. */
interface KeyPage {
  readonly bucket: string;
  /** Empty: none. */
  readonly prefix: string;
  readonly delimiter?: string;
  /** As the client asked for it, at most 1,000. */
  readonly maxKeys: number;
  readonly isTruncated: boolean;
  /** `encoding-type=url` was asked for. */
  readonly encodeKeys: boolean;
  readonly commonPrefixes: readonly string[];
}

/** ListObjects, first version. */
export interface ObjectListing extends KeyPage {
  readonly marker: string;
  /** Given on every truncated page; the XML shows it only with a delimiter, as AWS does. */
  readonly nextMarker?: string;
  readonly objects: readonly ObjectEntry[];
}

export interface ObjectListingV2 extends KeyPage {
  readonly continuationToken?: string;
  readonly nextContinuationToken?: string;
  readonly startAfter?: string;
  readonly objects: readonly ObjectEntry[];
}

export interface VersionEntry extends ObjectEntry {
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly deleteMarker: boolean;
}

export interface VersionListing extends KeyPage {
  readonly keyMarker: string;
  readonly versionIdMarker: string;
  readonly nextKeyMarker?: string;
  readonly nextVersionIdMarker?: string;
  readonly versions: readonly VersionEntry[];
}

export interface UploadEntry {
  readonly key: string;
  readonly uploadId: string;
  readonly initiator: OwnerView;
  readonly owner: OwnerView;
  readonly storageClass: string;
  readonly initiatedAt: number;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
}

export interface UploadListing {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter?: string;
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  readonly nextKeyMarker?: string;
  readonly nextUploadIdMarker?: string;
  readonly maxUploads: number;
  readonly isTruncated: boolean;
  readonly encodeKeys: boolean;
  readonly uploads: readonly UploadEntry[];
  readonly commonPrefixes: readonly string[];
}

export interface PartEntry {
  readonly number: number;
  readonly modifiedAt: number;
  readonly etag: string;
  readonly size: number;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

export interface PartListing {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly initiator: OwnerView;
  readonly owner: OwnerView;
  readonly storageClass: string;
  readonly partNumberMarker: number;
  readonly nextPartNumberMarker?: number;
  readonly maxParts: number;
  readonly isTruncated: boolean;
  readonly encodeKeys: boolean;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
  readonly parts: readonly PartEntry[];
}
