import type { Acl, BucketSettings, BucketSettingsPatch, Retention, Tags } from './access-records.js';
import type { BucketId, Checksum, ChecksumAlgorithm, ChecksumType, ObjectAttributes, Versioning } from './records.js';

/** Bytes just written to the blob store and synced, not yet referenced by anything. */
export interface NewContent {
  readonly locator: string;
  readonly size: number;
  /** Lower-case hex by algorithm; at least one. */
  readonly digests: { readonly sha256?: string; readonly sha512?: string };
  /** Encryption domain: only content of the same domain is shared. Empty: in clear. */
  readonly domain: string;
  /** XXH64 of each block of `BLOCK_BYTES` (the last may be shorter), 8 bytes each, big-endian, in base64. */
  readonly blockSums: string;
}

export type NewBody =
  /** At most the inline limit; empty bytes make an empty body. The store keeps a checksum of its own with them. */
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  /**
   * A live or condemned row with the same digest, size and domain is referenced
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
  /** Versions may be locked: versioning is enabled with it. */
  readonly objectLock?: boolean;
  readonly settings?: BucketSettings;
  readonly at: number;
}

/** Aborts open uploads. `conflict`, reason `bucket-not-empty`, when any version or marker is left. */
export interface DeleteBucket {
  readonly kind: 'delete-bucket';
  readonly bucketId: BucketId;
  readonly at: number;
}

/**
 * Sets bucket-wide state. `invalid-argument` for versioning back to `off`.
 * `conflict`, reason `object-lock`, for suspending versioning where versions may
 * be locked; reason `versioning`, for `objectLock` where versioning is not enabled
 * (by this intent or before); reason `bucket-changed`, retriable, when `ifRevision`
 * is not the present one.
 */
export interface ConfigureBucket {
  readonly kind: 'configure-bucket';
  readonly bucketId: BucketId;
  readonly versioning?: Versioning;
  readonly objectLock?: true;
  readonly settings?: BucketSettingsPatch;
  /** What the writer decided upon: it is held against the bucket in the commit. */
  readonly ifRevision?: number;
  readonly at: number;
}

/** What a `bucket-configured` entry says as its cause, see `FeedEntry.cause`. */
export function configurationCause({ versioning, objectLock, settings = {} }: ConfigureBucket): string | undefined {
  const set = Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : value === null ? [`-${name}`] : [name]));
  const causes = [...(versioning === undefined ? [] : ['versioning']), ...(objectLock === undefined ? [] : ['objectLock']), ...set.sort()];
  return causes.length === 0 ? undefined : causes.join(',');
}

/**
 * Adds a version and makes it current. With versioning off it replaces what was
 * there; suspended, it replaces the null version. Where versions may be locked and
 * the attributes name no retention, the bucket's default is given, from `at`.
 *
 * `invalid-argument`, reason `object-lock`, for a retention or legal hold where
 * versions cannot be locked.
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
 * Puts a body behind the current object's, on a bucket that never had versions
 * (`conflict`, reason `versioning`, elsewhere). The object keeps all else but etag,
 * checksum and time, and gets a new number. `conflict`, reason `source-changed`,
 * retriable, when the current version is not number `seq`.
 */
export interface AppendObject {
  readonly kind: 'append-object';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly seq: number;
  /** Of the appended bytes. */
  readonly size: number;
  readonly body: NewBody;
  readonly etag: string;
  readonly checksum?: Checksum;
  readonly at: number;
}

/**
 * Gives the current object another key, on a bucket that never had versions
 * (`conflict`, reason `versioning`, elsewhere); what stood under that key goes.
 * `not-found`, reason `object`, when there is nothing to rename; `precondition`
 * is about the target, `sourcePrecondition` about the source. All of the object
 * stays, its time too, but it gets a new number. Onto its own key: nothing is done.
 *
 * A `token` makes it repeatable for as long as answers are kept (see
 * `ForgetClientTokens`): the same token with the same keys succeeds again without
 * doing anything; with others it is `conflict`, reason `client-token`.
 */
export interface RenameObject {
  readonly kind: 'rename-object';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly source: string;
  readonly token?: string;
  readonly precondition?: Precondition;
  readonly sourcePrecondition?: Precondition;
  readonly at: number;
}

/**
 * Changes what may change on a version that is there: the named one or the current
 * one. Absent fields stay, `null` removes. Its bytes, number and time stay.
 *
 * `not-found`, reason `object`, `version` or `delete-marker` (details `versionId`,
 * and `named` when it was asked for); `invalid-argument`, reason `object-lock`, for a retention or legal hold where
 * versions cannot be locked; `locked` when a retention in force at `at` would be
 * weakened: a compliance one can only be prolonged, a governance one needs
 * `bypassGovernance` for all else; `conflict`, reason `object-changed`, retriable,
 * when the tags are not those of `ifTags`.
 */
export interface UpdateObject {
  readonly kind: 'update-object';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly versionId?: string;
  readonly acl?: Acl | null;
  readonly tags?: Tags | null;
  readonly retention?: Retention | null;
  readonly legalHold?: boolean;
  readonly bypassGovernance?: boolean;
  /** The tags upon which the writer was allowed to write; empty: none. */
  readonly ifTags?: Tags;
  readonly at: number;
}

/**
 * Without `versionId`: off removes the object, enabled adds a delete marker,
 * suspended replaces the null version by a null marker. With it: removes exactly
 * that version or marker. What is absent already is success.
 *
 * `locked` for a version under legal hold or under a retention in force at `at`; a
 * governance one gives way to `bypassGovernance`. `ifTags` as in {@link UpdateObject},
 * of the version that is removed.
 */
export interface DeleteObject {
  readonly kind: 'delete-object';
  readonly bucketId: BucketId;
  readonly key: string;
  readonly versionId?: string;
  readonly precondition?: Precondition;
  readonly bypassGovernance?: boolean;
  readonly ifTags?: Tags;
  readonly at: number;
  readonly nonce: string;
}

/** `invalid-argument`, reason `object-lock`, as for {@link PutObject}; a default retention is given by the Complete. */
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
