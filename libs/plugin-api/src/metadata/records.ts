import type { Digest, RepositoryId } from './artifact-records.js';
import type { Acl, BucketSettings, Retention, Tags } from './access-records.js';

/**
 * What a metadata store answers. Times are milliseconds since the epoch. Keys and
 * names are well-formed strings and are compared by the bytes of their UTF-8 form.
 */

/** Positive safe integer given by the store; never used again for another bucket. */
export type BucketId = number;

export type Versioning = 'off' | 'enabled' | 'suspended';

export interface BucketRecord {
  readonly id: BucketId;
  readonly name: string;
  /** 12-digit account id. */
  readonly owner: string;
  readonly createdAt: number;
  readonly region: string;
  readonly versioning: Versioning;
  /** Versions may be locked; then versioning is enabled for good. */
  readonly objectLock: boolean;
  readonly settings: BucketSettings;
  /** Grows with each `configure-bucket`. */
  readonly revision: number;
}

/** Kept in each commit, so that it is exact. Counts every version, not delete markers. */
export interface BucketUsage {
  readonly objects: number;
  readonly bytes: number;
}

export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** Value in base64, composite ones with `-<parts>` behind. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

/** Headers that are stored and returned as they came. */
export interface ContentHeaders {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly expires?: string;
  readonly websiteRedirect?: string;
}

/** All that the writer says about an object beside its bytes. */
export interface ObjectAttributes {
  /** Without quotes. */
  readonly etag: string;
  /** 12-digit account id of the object's owner. */
  readonly owner: string;
  readonly storageClass: string;
  readonly headers: ContentHeaders;
  /** Lower-case names without the `x-amz-meta-` prefix. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  readonly acl?: Acl;
  readonly tags?: Tags;
  readonly retention?: Retention;
  /** Locked until it is taken away. */
  readonly legalHold?: boolean;
}

/** Bytes over which one checksum is kept, so also the least that is read to answer a range. */
export const BLOCK_BYTES = 256 * 1024;

/** Where the bytes of a version are. */
export type BodyLocation =
  | { readonly kind: 'empty' }
  /** `bytes` is there when the look-up asked for it. */
  | { readonly kind: 'inline'; readonly inlineId: number; readonly bytes?: Uint8Array }
  /** One whole content. */
  | ({ readonly kind: 'content' } & ContentStretch)
  /** Several; read with `ObjectCatalog.extents`. */
  | { readonly kind: 'extents'; readonly bodyId: number };

/** Bytes inside a content. */
export interface ContentStretch {
  readonly contentId: number;
  readonly locator: string;
  /** Of the whole content, bytes. */
  readonly contentSize: number;
  /** Of the first byte meant, within the content. */
  readonly offset: number;
}

/** One object version, or a delete marker (size 0, body empty). */
export interface ObjectVersion extends ObjectAttributes {
  readonly bucketId: BucketId;
  readonly key: string;
  /** Greater than that of every earlier version of the key; alone decides order. */
  readonly seq: number;
  /** `null` for the null version, else `encodeVersionId(seq, nonce)`. */
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly deleteMarker: boolean;
  readonly size: number;
  readonly modifiedAt: number;
  readonly body: BodyLocation;
  /** Number of parts, for bodies that came by multipart. */
  readonly partCount?: number;
}

/** What listings show of a version; see {@link ObjectVersion}. */
export interface ObjectSummary {
  readonly key: string;
  readonly seq: number;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly deleteMarker: boolean;
  readonly size: number;
  readonly modifiedAt: number;
  readonly etag: string;
  readonly owner: string;
  readonly storageClass: string;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
}

/** A stretch of a body. Extents of a body are contiguous and in order of `start`. */
export interface Extent {
  /** Position of the first byte within the body. */
  readonly start: number;
  readonly length: number;
  readonly source:
    | ({ readonly kind: 'content' } & ContentStretch)
    | { readonly kind: 'inline'; readonly inlineId: number; readonly offset: number };
}

/** One part of a completed multipart body. */
export interface BodyPart {
  readonly number: number;
  /** Position of its first byte within the body. */
  readonly start: number;
  readonly size: number;
  /** Base64 value under the object's checksum algorithm, when the upload had one. */
  readonly checksum?: string;
}

export interface UploadRecord {
  readonly uploadId: string;
  readonly bucketId: BucketId;
  readonly key: string;
  readonly initiatedAt: number;
  /** Attributes of the object to be; the etag is empty. */
  readonly attributes: ObjectAttributes;
  /** Fixed when the upload is made. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
  /** Principal id that began it, and its account. */
  readonly initiator: string;
  readonly initiatorAccount: string;
}

export interface PartRecord {
  readonly number: number;
  /** Changes with each upload of the part number. */
  readonly seq: number;
  readonly size: number;
  /** Without quotes: the MD5 in hex. */
  readonly etag: string;
  readonly modifiedAt: number;
  /** Base64. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/** Remembered answer of a Complete. */
export interface CompletedUpload {
  readonly uploadId: string;
  readonly bucketId: BucketId;
  readonly key: string;
  readonly completedAt: number;
  readonly etag: string;
  readonly versionId: string;
  readonly checksum?: Checksum;
  /** The part numbers and etags that were completed, `number:etag` joined by commas, hashed (sha256, hex). */
  readonly partsDigest: string;
}

export type FeedEntryKind =
  | 'bucket-created'
  | 'bucket-deleted'
  | 'bucket-configured'
  | 'object-created'
  | 'object-updated'
  | 'object-deleted'
  | 'delete-marker-created'
  | 'upload-created'
  | 'upload-aborted'
  | 'repository-created'
  | 'repository-deleted'
  | 'blob-linked'
  | 'blob-unlinked'
  | 'manifest-created'
  | 'manifest-deleted'
  | 'tag-set'
  | 'tag-deleted';

/** One change, of a bucket or of a repository. Entries of one key follow version order. */
export interface FeedEntry {
  /** Opaque; ascending in the order of commits. */
  readonly position: string;
  readonly kind: FeedEntryKind;
  readonly at: number;
  readonly bucketId?: BucketId;
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly repositoryId?: RepositoryId;
  readonly repository?: string;
  readonly digest?: Digest;
  readonly tag?: string;
  readonly size?: number;
  readonly etag?: string;
  /** How an object came to be (`put`, `append`, `copy`, `complete`, `rename`) or what of it changed (`acl`, `tags`, `retention`, `legal-hold`); how a blob came (`upload`, `mount`) or a tag (`create`, `move`); of a configured bucket what was set, and with `-` before it taken away, joined by commas (`policy`, `-cors`, `versioning`). */
  readonly cause?: string;
  readonly principal?: string;
  readonly credentialId?: string;
  readonly address?: string;
  readonly requestId: string;
}

export interface FeedReader {
  readonly name: string;
  readonly position: string;
  /** Entries behind the position were trimmed before they were read: the reader must resynchronise. */
  readonly mustResynchronise: boolean;
}

export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Greater than every fence given before, of any lease. */
  readonly fence: number;
  readonly expiresAt: number;
}

/** A small JSON document of a plugin. */
export interface Document {
  readonly id: string;
  /** Grows with each write. */
  readonly revision: number;
  readonly value: unknown;
}

/** `condemned`: unreferenced; may be revived by a new reference. `deleting`: its bytes are going. */
export type ContentState = 'live' | 'condemned' | 'deleting';

/** A row of the blob ledger. */
export interface ContentRecord {
  readonly id: number;
  readonly locator: string;
  readonly size: number;
  readonly state: ContentState;
  readonly references: number;
}
