import {
  INTENT_KINDS,
  StoreError,
  type ArtifactCatalog,
  type BlobLedger,
  type BlobUploadLedger,
  type BucketCatalog,
  type CallContext,
  type ChangeFeed,
  type DocumentCollections,
  type Intent,
  type IntentKind,
  type LeaseTable,
  type MetadataStore,
  type ObjectCatalog,
  type Outcomes,
  type RepositoryCatalog,
  type UnusedArtifacts,
  type UploadLedger,
} from '@zas/plugin-api';
import { applyArtifactIntent } from './memory-artifacts.js';
import { artifactCatalog, blobUploadLedger, repositoryCatalog, unusedArtifacts } from './memory-artifact-roles.js';
import { claimContents, forgetContents, reportCorrupt } from './memory-metadata-bodies.js';
import { appendObject, forgetClientTokens, renameObject, updateObject } from './memory-metadata-changes.js';
import { deleteObject, putObject } from './memory-metadata-objects.js';
import {
  blobLedger,
  bucketCatalog,
  changeFeed,
  documentCollections,
  leaseTable,
  objectCatalog,
  uploadLedger,
} from './memory-metadata-roles.js';
import {
  acquireLease,
  advanceFeedReader,
  configureBucket,
  createBucket,
  deleteBucket,
  deleteDocument,
  writeDocuments,
  putDocument,
  registerFeedReader,
  renewLease,
  trimFeed,
} from './memory-metadata-records.js';
import { MemoryMetadataState } from './memory-metadata-state.js';
import { abortUpload, completeUpload, createUpload, forgetCompletedUploads, putPart } from './memory-metadata-uploads.js';

/**
 * The in-memory double of a metadata store: passes the contract suite, forgets
 * everything with the process. Simple, not fast: its listings sort.
 */
export class MemoryMetadataStore implements MetadataStore {
  readonly intents: ReadonlySet<IntentKind> = new Set(INTENT_KINDS);
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
  readonly #state = new MemoryMetadataState();

  constructor() {
    this.buckets = bucketCatalog(this.#state);
    this.objects = objectCatalog(this.#state);
    this.uploads = uploadLedger(this.#state);
    this.blobs = blobLedger(this.#state);
    this.feed = changeFeed(this.#state);
    this.leases = leaseTable(this.#state);
    this.documents = documentCollections(this.#state);
    this.repositories = repositoryCatalog(this.#state);
    this.artifacts = artifactCatalog(this.#state);
    this.blobUploads = blobUploadLedger(this.#state);
    this.unused = unusedArtifacts(this.#state);
  }

  apply<K extends IntentKind>(context: CallContext, intent: Extract<Intent, { kind: K }>): Promise<Outcomes[K]> {
    return new Promise((resolve) => {
      if (context.signal.aborted) throw new StoreError('aborted', 'Nobody waits for the answer');
      resolve(applyIntent(this.#state, context, intent) as Outcomes[K]);
    });
  }
}

/** Each handler checks everything before its first change, so a throw leaves nothing behind. */
function applyIntent(state: MemoryMetadataState, context: CallContext, intent: Intent): Outcomes[IntentKind] {
  switch (intent.kind) {
    case 'create-bucket':
      return createBucket(state, context, intent);
    case 'delete-bucket':
      return deleteBucket(state, context, intent);
    case 'configure-bucket':
      return configureBucket(state, context, intent);
    case 'put-object':
      return putObject(state, context, intent);
    case 'append-object':
      return appendObject(state, context, intent);
    case 'rename-object':
      return renameObject(state, context, intent);
    case 'update-object':
      return updateObject(state, context, intent);
    case 'delete-object':
      return deleteObject(state, context, intent);
    case 'create-upload':
      return createUpload(state, context, intent);
    case 'put-part':
      return putPart(state, intent);
    case 'complete-upload':
      return completeUpload(state, context, intent);
    case 'abort-upload':
      return abortUpload(state, context, intent);
    case 'forget-completed-uploads':
      return forgetCompletedUploads(state, intent);
    case 'forget-client-tokens':
      return forgetClientTokens(state, intent);
    case 'acquire-lease':
      return acquireLease(state, intent);
    case 'renew-lease':
      return renewLease(state, intent);
    case 'release-lease':
      if (state.leases.get(intent.name)?.fence === intent.fence) state.leases.delete(intent.name);
      return {};
    case 'put-document':
      return putDocument(state, intent);
    case 'delete-document':
      return deleteDocument(state, intent);
    case 'write-documents':
      return writeDocuments(state, intent);
    case 'register-feed-reader':
      return registerFeedReader(state, intent);
    case 'advance-feed-reader':
      return advanceFeedReader(state, intent);
    case 'remove-feed-reader':
      state.readers.delete(intent.name);
      return {};
    case 'trim-feed':
      return trimFeed(state, intent);
    case 'claim-contents':
      return claimContents(state, intent);
    case 'forget-contents':
      return forgetContents(state, intent);
    case 'report-corrupt':
      return reportCorrupt(state, intent.contentId);
    default:
      return applyArtifactIntent(state, context, intent);
  }
}
