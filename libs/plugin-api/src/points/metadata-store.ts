import type { CallContext } from '../context.js';
import type { ArtifactCatalog, BlobUploadLedger, RepositoryCatalog, UnusedArtifacts } from '../metadata/artifact-roles.js';
import type { Intent, IntentKind, Outcomes } from '../metadata/intents.js';
import type {
  BodyPart,
  BucketId,
  BucketRecord,
  BucketUsage,
  CompletedUpload,
  ContentRecord,
  Document,
  Extent,
  FeedEntry,
  FeedReader,
  Lease,
  ObjectSummary,
  ObjectVersion,
  PartRecord,
  UploadRecord,
} from '../metadata/records.js';
import { definePoint } from '../point.js';

/**
 * Every record of the server. One `apply` for every write, and reading roles that
 * share its commits: once `apply` has resolved, every read sees the write.
 *
 * Errors of all methods: `unavailable` (database unreachable, read-only, lost
 * its writing lease, failed sync), `no-space`, and `aborted` and `slow-down` before anything was begun.
 */
export interface MetadataStore {
  /** The intents that this store knows; the host refuses to start when it needs another one. */
  readonly intents: ReadonlySet<IntentKind>;

  /**
   * Does the whole intent or nothing. Resolves only when it is durable. Calls may
   * be made concurrently and may share one commit; one that fails fails alone.
   * The feed entry's principal, credential, address and request id come from the context.
   * Throws what the intent names, and `not-found` with reason `bucket` or `repository` when that is gone.
   * After `unavailable`, `no-space`, `timeout` and `internal` it may have been committed or not;
   * once a later `apply` has succeeded that is settled, and reads show it.
   */
  apply<K extends IntentKind>(context: CallContext, intent: Extract<Intent, { kind: K }>): Promise<Outcomes[K]>;

  readonly buckets: BucketCatalog;
  readonly objects: ObjectCatalog;
  readonly uploads: UploadLedger;
  readonly blobs: BlobLedger;
  readonly feed: ChangeFeed;
  readonly leases: LeaseTable;
  readonly documents: DocumentCollections;
  readonly repositories: RepositoryCatalog;
  readonly artifacts: ArtifactCatalog;
  readonly blobUploads: BlobUploadLedger;
  readonly unused: UnusedArtifacts;
}

/** Reads buckets. */
export interface BucketCatalog {
  find(context: CallContext, name: string): Promise<BucketRecord | undefined>;
  findById(context: CallContext, bucketId: BucketId): Promise<BucketRecord | undefined>;
  /** In byte order of the name. `limit` 1 to 10,000; fewer only at the end. */
  list(
    context: CallContext,
    query: { owner?: string; prefix?: string; after?: string; limit: number },
  ): Promise<readonly BucketRecord[]>;
  /** Exact counts; zero for a bucket that is not there. */
  usage(context: CallContext, bucketId: BucketId): Promise<BucketUsage>;
}

/** One page of a listing: entries in byte order, keys and common prefixes mixed. */
export interface ObjectListQuery {
  readonly bucketId: BucketId;
  /** Only keys that start with this; empty: all. */
  readonly prefix: string;
  /** Keys that hold it behind the prefix are rolled up into one common prefix; found by seeking, not by scanning. */
  readonly delimiter?: string;
  /**
   * Start behind this key. When it ends with the delimiter and is itself a common
   * prefix of this query, start behind all keys that it covers.
   */
  readonly after?: string;
  /** Entries wanted, 0 to 1,001. */
  readonly limit: number;
}

export type ObjectListEntry =
  | { readonly kind: 'object'; readonly object: ObjectSummary }
  | { readonly kind: 'prefix'; readonly prefix: string };

export interface ObjectListPage {
  readonly entries: readonly ObjectListEntry[];
  /** True when at least one more entry follows. */
  readonly truncated: boolean;
}

/** Like {@link ObjectListQuery}, over all versions: keys ascending, newest version first. */
export interface VersionListQuery {
  readonly bucketId: BucketId;
  readonly prefix: string;
  readonly delimiter?: string;
  /** Start behind this key, or inside it when `afterVersion` is given. */
  readonly afterKey?: string;
  /** Start behind this version of `afterKey`, which may be gone (`null` or a version id). */
  readonly afterVersion?: string;
  readonly limit: number;
}

/** Reads objects and their bodies' maps. A page costs the page. */
export interface ObjectCatalog {
  /**
   * The current version (a delete marker when that is the latest), or the named one.
   * @param options.body also fetch inline bytes, in the same snapshot
   */
  find(
    context: CallContext,
    object: { bucketId: BucketId; key: string; versionId?: string },
    options?: { body?: boolean },
  ): Promise<ObjectVersion | undefined>;
  /** Visible current objects; older versions and markers never lie in its path. */
  list(context: CallContext, query: ObjectListQuery): Promise<ObjectListPage>;
  listVersions(context: CallContext, query: VersionListQuery): Promise<ObjectListPage>;
  /** The extents of a body that touch `[from, from + length)`, in order; found by seeking. Empty when the body is gone. */
  extents(context: CallContext, bodyId: number, from: number, length: number): Promise<readonly Extent[]>;
  /** Bytes of an inline body, or `undefined` when it is gone. Here and in `find`: `corrupt` when they are not as recorded. */
  inlineBytes(context: CallContext, inlineId: number): Promise<Uint8Array | undefined>;
  /** Parts of a multipart body in order, behind `after`. */
  bodyParts(context: CallContext, bodyId: number, query: { after: number; limit: number }): Promise<readonly BodyPart[]>;
}

/** Reads multipart uploads. */
export interface UploadLedger {
  find(context: CallContext, upload: { bucketId: BucketId; key: string; uploadId: string }): Promise<UploadRecord | undefined>;
  /**
   * Ordered by key, then by time of initiation, then by upload id. `after` is a key
   * with, perhaps, an upload id inside it; the rest as in {@link ObjectListQuery}.
   */
  list(
    context: CallContext,
    query: {
      bucketId: BucketId;
      prefix: string;
      delimiter?: string;
      after?: { key: string; uploadId?: string };
      limit: number;
    },
  ): Promise<{ entries: readonly UploadListEntry[]; truncated: boolean }>;
  /** Parts in order of their number, behind `after`. `limit` 1 to 10,000. */
  parts(context: CallContext, uploadId: string, query: { after: number; limit: number }): Promise<readonly PartRecord[]>;
  /** The remembered answer of a Complete. */
  completed(context: CallContext, uploadId: string): Promise<CompletedUpload | undefined>;
  /** Open uploads of any bucket initiated before that time, for expiry; oldest first. */
  olderThan(context: CallContext, before: number, limit: number): Promise<readonly UploadRecord[]>;
}

export type UploadListEntry =
  | { readonly kind: 'upload'; readonly upload: UploadRecord }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** Reads what bytes are recorded, whatever door they came through. */
export interface BlobLedger {
  find(context: CallContext, contentId: number): Promise<ContentRecord | undefined>;
  /** Those of `locators` (at most 1,000) that have a row in any state. */
  known(context: CallContext, locators: readonly string[]): Promise<ReadonlySet<string>>;
  /** Rows in order of id, behind `after`, for checks and scrubbing. */
  list(context: CallContext, query: { after: number; limit: number }): Promise<readonly ContentRecord[]>;
  /** The block checksums of blocks `first` to `first + count - 1`, see `NewContent.blockSums`; `undefined` when the row is gone. */
  blockSums(context: CallContext, contentId: number, first: number, count: number): Promise<Uint8Array | undefined>;
  /** The sha256 of a content, lower-case hex; `undefined` when it is gone, corrupt or has none. */
  sha256(context: CallContext, contentId: number): Promise<string | undefined>;
  /** Reads and checks at most `limit` inline bodies behind `after`. `next` is where to go on; absent at the end. */
  checkInline(context: CallContext, query: { after: number; limit: number }): Promise<{ corrupt: readonly number[]; next?: number }>;
}

/** Reads changes. No entry becomes readable behind a position already returned. */
export interface ChangeFeed {
  /** Entries behind `position` in order. `conflict`, reason `feed-trimmed`, when some of them are gone. */
  read(context: CallContext, position: string, limit: number): Promise<{ entries: readonly FeedEntry[]; position: string }>;
  readers(context: CallContext): Promise<readonly FeedReader[]>;
}

/** Reads leases, expired ones included. */
export interface LeaseTable {
  find(context: CallContext, name: string): Promise<Lease | undefined>;
  list(context: CallContext, prefix: string): Promise<readonly Lease[]>;
}

/** Reads small documents, in a namespace per plugin. */
export interface DocumentCollections {
  find(context: CallContext, namespace: string, collection: string, id: string): Promise<Document | undefined>;
  /** In byte order of the id, behind `after`. */
  list(
    context: CallContext,
    namespace: string,
    collection: string,
    query: { after?: string; limit: number },
  ): Promise<readonly Document[]>;
}

export const metadataStore = definePoint<MetadataStore>('metadata.store/v1alpha', 'one');
