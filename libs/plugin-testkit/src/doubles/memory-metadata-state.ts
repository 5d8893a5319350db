import {
  StoreError,
  type BlobUploadRecord,
  type BodyLocation,
  type BodyPart,
  type BucketId,
  type BucketRecord,
  type CallContext,
  type CompletedUpload,
  type ContentState,
  type Digest,
  type Document,
  type FeedEntry,
  type Lease,
  type NewContent,
  type ObjectAttributes,
  type PartRecord,
  type PutManifest,
  type RepositoryId,
  type RepositoryRecord,
  type UploadRecord,
} from '@zas/plugin-api';

/** A stretch of stored bytes inside a body. */
export interface Piece {
  readonly length: number;
  readonly source:
    | { readonly kind: 'content'; readonly contentId: number; readonly offset: number }
    | { readonly kind: 'inline'; readonly inlineId: number };
}

/** A body as its owner (a version or a part) holds it. `parts` marks one that came by multipart. */
export interface StoredBody {
  readonly id: number;
  readonly pieces: readonly Piece[];
  readonly parts?: readonly BodyPart[];
  /** Bytes were put behind it: shown with extents, however many pieces it has. */
  readonly appended?: true;
}

export interface StoredVersion {
  readonly seq: number;
  readonly versionId: string;
  readonly deleteMarker: boolean;
  readonly size: number;
  readonly modifiedAt: number;
  readonly attributes: ObjectAttributes;
  readonly body: StoredBody;
}

export interface StoredBucket {
  record: BucketRecord;
  /** By key, newest version first; a key without versions has no entry. */
  readonly versions: Map<string, StoredVersion[]>;
  usage: { objects: number; bytes: number };
}

export interface StoredUpload {
  readonly record: UploadRecord;
  readonly parts: Map<number, { readonly record: PartRecord; readonly body: StoredBody }>;
}

export interface StoredContent {
  readonly id: number;
  readonly locator: string;
  readonly size: number;
  readonly digests: NewContent['digests'];
  readonly domain: string;
  readonly blockSums: Buffer;
  /** Cleared when the bytes were found corrupt. */
  shared: boolean;
  state: ContentState;
  references: number;
  condemnedAt: number;
}

export interface StoredBlob {
  readonly size: number;
  readonly linkedAt: number;
  body: StoredBody;
  unusedSince: number | undefined;
}

export interface StoredManifest extends Pick<PutManifest, 'mediaType' | 'size' | 'artifactType' | 'subject' | 'annotations' | 'references'> {
  readonly pushedAt: number;
  body: StoredBody;
  /** Its subject was there and went. */
  subjectLost: boolean;
  unusedSince: number | undefined;
  pulledAt: number | undefined;
}

export interface StoredRepository {
  readonly record: RepositoryRecord;
  readonly blobs: Map<Digest, StoredBlob>;
  readonly manifests: Map<Digest, StoredManifest>;
  readonly tags: Map<string, { readonly digest: Digest; readonly movedAt: number; pulledAt: number | undefined }>;
}

/** All records of a {@link MemoryMetadataStore}. */
export class MemoryMetadataState {
  readonly buckets = new Map<BucketId, StoredBucket>();
  readonly uploads = new Map<string, StoredUpload>();
  readonly completed = new Map<string, CompletedUpload>();
  /** By bucket id and token. */
  readonly clientTokens = new Map<string, { readonly request: string; readonly at: number }>();
  readonly contents = new Map<number, StoredContent>();
  readonly inlineBodies = new Map<number, Uint8Array>();
  readonly bodies = new Map<number, StoredBody>();
  readonly repositories = new Map<RepositoryId, StoredRepository>();
  readonly blobUploads = new Map<string, BlobUploadRecord>();
  readonly leases = new Map<string, Lease>();
  readonly readers = new Map<string, string>();
  readonly documents = new Map<string, Document & { namespace: string; collection: string }>();
  readonly feed: FeedEntry[] = [];
  /** Position of the newest entry that was trimmed away. */
  trimmedTo = positionOf(0);
  #sequence = 0;

  /** A number greater than all given before. */
  next(): number {
    return ++this.#sequence;
  }

  /** The newest number given. */
  get last(): number {
    return this.#sequence;
  }

  bucket(bucketId: BucketId): StoredBucket {
    const bucket = this.buckets.get(bucketId);
    if (!bucket) throw new StoreError('not-found', 'The bucket does not exist', { details: { reason: 'bucket' } });
    return bucket;
  }

  repository(repositoryId: RepositoryId): StoredRepository {
    const repository = this.repositories.get(repositoryId);
    if (!repository) throw new StoreError('not-found', 'The repository does not exist', { details: { reason: 'repository' } });
    return repository;
  }

  appendFeed(context: CallContext, entry: Omit<FeedEntry, 'position' | 'requestId'>): void {
    this.feed.push({
      ...entry,
      position: positionOf(this.next()),
      principal: context.principal?.id,
      credentialId: context.principal?.credentialId,
      address: context.address,
      requestId: context.requestId,
    });
  }
}

/** Fixed width, so that positions compare as text. */
export function positionOf(sequence: number): string {
  return String(sequence).padStart(16, '0');
}

/** Order of the UTF-8 forms; UTF-16 order differs where surrogates meet U+E000 to U+FFFF. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Where a body is, as records show it. */
export function locationOf(state: MemoryMetadataState, body: StoredBody): BodyLocation {
  const [first, second] = body.pieces;
  if (body.parts || body.appended || second) return { kind: 'extents', bodyId: body.id };
  if (!first) return { kind: 'empty' };
  if (first.source.kind === 'inline') return { kind: 'inline', inlineId: first.source.inlineId };
  const { contentId, offset } = first.source;
  const { locator, size } = state.contents.get(contentId)!;
  return { kind: 'content', contentId, locator, contentSize: size, offset };
}
