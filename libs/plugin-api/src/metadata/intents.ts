import type { ArtifactIntent, ArtifactOutcomes } from './artifact-intents.js';
import { ARTIFACT_INTENT_KINDS } from './artifact-intents.js';
import type {
  AbortUpload,
  AppendObject,
  CompleteUpload,
  ConfigureBucket,
  CreateBucket,
  CreateUpload,
  DeleteBucket,
  DeleteObject,
  PutObject,
  PutPart,
  RenameObject,
  UpdateObject,
} from './object-intents.js';
import type { BucketId } from './records.js';
import type {
  AcquireLease,
  AdvanceFeedReader,
  ClaimContents,
  DeleteDocument,
  WriteDocuments,
  ForgetClientTokens,
  ForgetCompletedUploads,
  ForgetContents,
  PutDocument,
  RegisterFeedReader,
  ReleaseLease,
  RemoveFeedReader,
  RenewLease,
  ReportCorrupt,
  TrimFeed,
} from './upkeep-intents.js';

/**
 * Every write is one intent: a whole atomic change with its preconditions inside.
 * What a write does (bucket existence, versioning state, current version) is read
 * inside the commit, never from a cache. Plain values only: an intent may cross
 * threads or the network.
 *
 * Each intent on buckets, objects, uploads and artifacts appends its feed entries in
 * the same commit (see {@link FeedEntryKind}; parts, blob uploads, touches, pulls,
 * leases, documents and readers do not).
 */
export type Intent =
  | CreateBucket
  | DeleteBucket
  | ConfigureBucket
  | PutObject
  | AppendObject
  | RenameObject
  | UpdateObject
  | DeleteObject
  | CreateUpload
  | PutPart
  | CompleteUpload
  | AbortUpload
  | ForgetCompletedUploads
  | ForgetClientTokens
  | AcquireLease
  | RenewLease
  | ReleaseLease
  | PutDocument
  | DeleteDocument
  | WriteDocuments
  | RegisterFeedReader
  | AdvanceFeedReader
  | RemoveFeedReader
  | TrimFeed
  | ClaimContents
  | ForgetContents
  | ReportCorrupt
  | ArtifactIntent;

export type IntentKind = Intent['kind'];

/** What each intent answers. */
export interface Outcomes extends ArtifactOutcomes {
  'create-bucket': { readonly bucketId: BucketId };
  'delete-bucket': Record<string, never>;
  'configure-bucket': { readonly revision: number };
  'put-object': WrittenVersion;
  'append-object': WrittenVersion;
  /** The number of the renamed object; absent when the token was used before. */
  'rename-object': { readonly seq?: number };
  'update-object': {
    readonly seq: number;
    /** Absent on a bucket without versioning. */
    readonly versionId?: string;
  };
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
  'forget-client-tokens': { readonly forgotten: number };
  'acquire-lease': { readonly fence: number };
  'renew-lease': Record<string, never>;
  'release-lease': Record<string, never>;
  'put-document': { readonly revision: number };
  'delete-document': { readonly removed: boolean };
  /** Of each write in order; 0: deleted. */
  'write-documents': { readonly revisions: readonly number[] };
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
  'append-object',
  'rename-object',
  'update-object',
  'delete-object',
  'create-upload',
  'put-part',
  'complete-upload',
  'abort-upload',
  'forget-completed-uploads',
  'forget-client-tokens',
  'acquire-lease',
  'renew-lease',
  'release-lease',
  'put-document',
  'delete-document',
  'write-documents',
  'register-feed-reader',
  'advance-feed-reader',
  'remove-feed-reader',
  'trim-feed',
  'claim-contents',
  'forget-contents',
  'report-corrupt',
  ...ARTIFACT_INTENT_KINDS,
];
