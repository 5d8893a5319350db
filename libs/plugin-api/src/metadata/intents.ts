import type { BucketId, Checksum, ChecksumAlgorithm, ChecksumType, ObjectAttributes, Versioning } from './records.js';

/**
 * Every write is one intent: a whole atomic change with its preconditions inside.
 * What a write does (bucket existence, versioning state, current version) is read
 * inside the commit, never from a cache. Plain values only: an intent may cross
 * threads or the network.
 *
 * Each object, bucket and upload intent appends a feed entry in the same commit
 * (see {@link FeedEntryKind}; parts, leases, documents and readers do not).
 */

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

/** Forgets answers of Completes older than that. Idempotent. */
export interface ForgetCompletedUploads {
  readonly kind: 'forget-completed-uploads';
  readonly before: number;
  /** At most this many in one commit. */
  readonly limit: number;
}

/**
 * Takes a lease that is free, expired or already this holder's; each success
 * answers a new fence. `conflict`, reason `lease-held`, otherwise.
 */
export interface AcquireLease {
  readonly kind: 'acquire-lease';
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
  readonly at: number;
}

/** `conflict`, reason `lease-lost`, when the lease no longer has that fence. */
export interface RenewLease {
  readonly kind: 'renew-lease';
  readonly name: string;
  readonly fence: number;
  readonly ttlMs: number;
  readonly at: number;
}

/** Idempotent; does nothing when the lease has another fence. */
export interface ReleaseLease {
  readonly kind: 'release-lease';
  readonly name: string;
  readonly fence: number;
}

/** `precondition-failed` when `ifRevision` (0: absent) is not the present one. */
export interface PutDocument {
  readonly kind: 'put-document';
  readonly namespace: string;
  readonly collection: string;
  readonly id: string;
  readonly value: unknown;
  readonly ifRevision?: number;
}

/** Idempotent, but for `ifRevision` as in {@link PutDocument}. */
export interface DeleteDocument {
  readonly kind: 'delete-document';
  readonly namespace: string;
  readonly collection: string;
  readonly id: string;
  readonly ifRevision?: number;
}

/** Idempotent: a known reader keeps its position. */
export interface RegisterFeedReader {
  readonly kind: 'register-feed-reader';
  readonly name: string;
  /** `now`: behind the last entry; `start`: before the oldest kept one. */
  readonly from: 'now' | 'start';
}

/** Moves forward; an older position is ignored. `not-found`, reason `feed-reader`. */
export interface AdvanceFeedReader {
  readonly kind: 'advance-feed-reader';
  readonly name: string;
  readonly position: string;
}

/** Idempotent. */
export interface RemoveFeedReader {
  readonly kind: 'remove-feed-reader';
  readonly name: string;
}

/**
 * Removes at most `limit` entries that every reader has passed, and beyond
 * `keepAtMost` also unread ones, whose readers then must resynchronise.
 */
export interface TrimFeed {
  readonly kind: 'trim-feed';
  readonly keepAtMost: number;
  readonly limit: number;
}

/** Turns contents condemned before that time into `deleting` and answers them, and those already so. */
export interface ClaimContents {
  readonly kind: 'claim-contents';
  readonly condemnedBefore: number;
  readonly limit: number;
}

/** Drops rows in `deleting` whose bytes are gone. Idempotent. */
export interface ForgetContents {
  readonly kind: 'forget-contents';
  readonly contentIds: readonly number[];
}

/** The stored bytes are not what was recorded: from now on nothing new shares them. Idempotent. */
export interface ReportCorrupt {
  readonly kind: 'report-corrupt';
  readonly contentId: number;
}

export type Intent =
  | CreateBucket
  | DeleteBucket
  | ConfigureBucket
  | PutObject
  | DeleteObject
  | CreateUpload
  | PutPart
  | CompleteUpload
  | AbortUpload
  | ForgetCompletedUploads
  | AcquireLease
  | RenewLease
  | ReleaseLease
  | PutDocument
  | DeleteDocument
  | RegisterFeedReader
  | AdvanceFeedReader
  | RemoveFeedReader
  | TrimFeed
  | ClaimContents
  | ForgetContents
  | ReportCorrupt;

export type IntentKind = Intent['kind'];

/** What each intent answers. */
export interface Outcomes {
  'create-bucket': { readonly bucketId: BucketId };
  'delete-bucket': Record<string, never>;
  'configure-bucket': Record<string, never>;
  'put-object': WrittenVersion;
  'delete-object': {
    /** False when there was nothing. */
    readonly removed: boolean;
    /** The marker was added, or the removed version was one. */
    readonly deleteMarker: boolean;
    /** Of the new marker or the removed version; absent on a bucket without versioning. */
    readonly versionId?: string;
  };
  'create-upload': Record<string, never>;
  'put-part': { readonly seq: number };
  'complete-upload': WrittenVersion;
  'abort-upload': Record<string, never>;
  'forget-completed-uploads': { readonly forgotten: number };
  'acquire-lease': { readonly fence: number };
  'renew-lease': Record<string, never>;
  'release-lease': Record<string, never>;
  'put-document': { readonly revision: number };
  'delete-document': { readonly removed: boolean };
  'register-feed-reader': { readonly position: string };
  'advance-feed-reader': Record<string, never>;
  'remove-feed-reader': Record<string, never>;
  'trim-feed': { readonly removed: number };
  'claim-contents': { readonly contents: readonly { readonly contentId: number; readonly locator: string }[] };
  'forget-contents': Record<string, never>;
  'report-corrupt': Record<string, never>;
}

export interface WrittenVersion {
  readonly seq: number;
  /** Absent on a bucket without versioning; `null` when suspended. */
  readonly versionId?: string;
  readonly modifiedAt: number;
}

/** All kinds of this version of the contract. */
export const INTENT_KINDS: readonly IntentKind[] = [
  'create-bucket',
  'delete-bucket',
  'configure-bucket',
  'put-object',
  'delete-object',
  'create-upload',
  'put-part',
  'complete-upload',
  'abort-upload',
  'forget-completed-uploads',
  'acquire-lease',
  'renew-lease',
  'release-lease',
  'put-document',
  'delete-document',
  'register-feed-reader',
  'advance-feed-reader',
  'remove-feed-reader',
  'trim-feed',
  'claim-contents',
  'forget-contents',
  'report-corrupt',
];
