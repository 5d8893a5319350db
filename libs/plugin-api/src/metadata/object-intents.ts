import type { BucketId, Checksum, ChecksumAlgorithm, ChecksumType, ObjectAttributes, Versioning } from './records.js';

/** Bytes just written to the blob store and synced, not yet referenced by anything. */
export interface NewContent {
  readonly locator: string;
  readonly size: number;
  /** Lower-case hex by algorithm; `sha256` always. */
  readonly digests: { readonly sha256: string; readonly sha512?: string };
  /** Encryption domain: only content of the same domain is shared. Empty: in clear. */
  readonly domain: string;
  /** XXH64 of each block of `BLOCK_BYTES` (the last may be shorter), 8 bytes each, big-endian, in base64. */
  readonly blockSums: string;
}

export type NewBody =
  /** At most the inline limit; empty bytes make an empty body. The store keeps a checksum of its own with them. */
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  /**
   * A live or condemned row with the same sha256, size and domain is referenced
   * (and revived) instead, and this copy is recorded condemned, to be collected.
   * A row that is `deleting` is not touched: this copy is used.
   * `epoch` is the fence of the writer's epoch lease; when no lease carries it any
   * more the intent fails with `conflict`, reason `epoch-closed`, not retriable.
   */
  | { readonly kind: 'stored'; readonly content: NewContent; readonly epoch: number }
  /**
   * The same stored bytes as (a range of) an existing version; inline bytes are
   * duplicated. `conflict`, reason `source-changed`, retriable, when that version
   * is gone.
   */
  | {
      readonly kind: 'copy';
      readonly from: { readonly bucketId: BucketId; readonly key: string; readonly seq: number };
      readonly range?: { readonly offset: number; readonly length: number };
    };

/**
 * Compared with the current version of the key, in the commit. A current delete
 * marker counts as absent. Etags without quotes.
 */
export interface Precondition {
  /** One of these etags, or `*`: anything. Absent object: `not-found`, reason `object`. Other etag: `precondition-failed`. */
  readonly ifMatch?: readonly string[];
  /** None of these etags; `*`: nothing is there. Else `precondition-failed`. */
  readonly ifNoneMatch?: readonly string[];
}

/** Fails with `already-exists`: reason `bucket-owned-by-you` for the same owner, else `bucket`. */
export interface CreateBucket {
  readonly kind: 'create-bucket';
  readonly name: string;
  readonly owner: string;
  readonly region: string;
  readonly at: number;
}

/** Aborts open uploads. `conflict`, reason `bucket-not-empty`, when any version or marker is left. */
export interface DeleteBucket {
  readonly kind: 'delete-bucket';
  readonly bucketId: BucketId;
  readonly at: number;
}

/** Sets bucket-wide state. `invalid-argument` for going back to `off`. */
export interface ConfigureBucket {
  readonly kind: 'configure-bucket';
  readonly bucketId: BucketId;
  readonly versioning?: Versioning;
  readonly at: number;
}

/**
 * Adds a version and makes it current. With versioning off it replaces what was
 * there; suspended, it replaces the null version.
 */
export interface PutObject {
  readonly kind: 'put-object';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly size: number;
  readonly body: NewBody;
  readonly attributes: ObjectAttributes;
  readonly precondition?: Precondition;
  readonly at: number;
  /** For the version id: 16 random characters, see `encodeVersionId`. */
  readonly nonce: string;
}

/**
 * Without `versionId`: off removes the object, enabled adds a delete marker,
 * suspended replaces the null version by a null marker. With it: removes exactly
 * that version or marker. What is absent already is success.
 */
export interface DeleteObject {
  readonly kind: 'delete-object';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly versionId?: string;
  readonly precondition?: Precondition;
  readonly bypassGovernance?: boolean;
  readonly at: number;
  readonly nonce: string;
}

export interface CreateUpload {
  readonly kind: 'create-upload';
  readonly uploadId: string;
  readonly bucketId: BucketId;
  readonly key: string;
  readonly attributes: ObjectAttributes;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
  readonly initiator: string;
  readonly initiatorAccount: string;
  readonly at: number;
}

/** Replaces an earlier part of that number. `not-found`, reason `upload`, when the upload is gone. */
export interface PutPart {
  readonly kind: 'put-part';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly uploadId: string;
  /** 1 to 10,000. */
  readonly number: number;
  readonly size: number;
  readonly body: NewBody;
  readonly etag: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  readonly at: number;
}

/**
 * Makes an object of the named parts, in order, moving their bytes, and drops the
 * other parts and the upload; remembers the answer. `conflict`, reason `part`,
 * retriable, when a part is no longer the one of that `seq`.
 */
export interface CompleteUpload {
  readonly kind: 'complete-upload';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly uploadId: string;
  readonly parts: readonly { readonly number: number; readonly seq: number }[];
  readonly etag: string;
  readonly checksum?: Checksum;
  /** See `CompletedUpload.partsDigest`. */
  readonly partsDigest: string;
  readonly precondition?: Precondition;
  readonly at: number;
  readonly nonce: string;
}

/** `not-found`, reason `upload`, when it is gone. */
export interface AbortUpload {
  readonly kind: 'abort-upload';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly uploadId: string;
  readonly at: number;
}
