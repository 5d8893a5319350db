/** Forgets answers of Completes older than that. Idempotent. */
export interface ForgetCompletedUploads {
  readonly kind: 'forget-completed-uploads';
  readonly before: number;
  /** At most this many in one commit. */
  readonly limit: number;
}

/** Forgets client tokens used before that time. Idempotent. */
export interface ForgetClientTokens {
  readonly kind: 'forget-client-tokens';
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

/**
 * Several documents of one namespace in one commit: all are written or none. A write without `value`
 * deletes; what is absent already counts as deleted.
 * `precondition-failed` when one `ifRevision` (0: absent) is not the present one; 1 to 100 writes of different documents.
 */
export interface WriteDocuments {
  readonly kind: 'write-documents';
  readonly namespace: string;
  readonly writes: readonly { readonly collection: string; readonly id: string; readonly value?: unknown; readonly ifRevision?: number }[];
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
