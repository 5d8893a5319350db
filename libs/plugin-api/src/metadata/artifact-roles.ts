import type { CallContext } from '../context.js';
import type {
  BlobLink,
  BlobUploadRecord,
  Digest,
  ManifestRecord,
  ReferrerRecord,
  RepositoryId,
  RepositoryRecord,
  RepositoryUsage,
  TagRecord,
} from './artifact-records.js';

/** Pages below: entries behind `after` in byte order, `limit` 1 to 10,000, fewer only at the end. */
export interface Page {
  readonly after?: string;
  readonly limit: number;
}

/** Reads repositories. */
export interface RepositoryCatalog {
  find(context: CallContext, name: string): Promise<RepositoryRecord | undefined>;
  findById(context: CallContext, repositoryId: RepositoryId): Promise<RepositoryRecord | undefined>;
  /** By name; with `owner` only that account's. */
  list(context: CallContext, query: Page & { readonly prefix?: string; readonly owner?: string }): Promise<readonly RepositoryRecord[]>;
  /** Exact counts; zero for a repository that is not there. */
  usage(context: CallContext, repositoryId: RepositoryId): Promise<RepositoryUsage>;
}

/** Reads what repositories hold. A page costs the page. */
export interface ArtifactCatalog {
  /**
   * A manifest by digest, or by the tag that names it.
   * @param options.body also fetch inline bytes, in the same snapshot; `corrupt` when they are not as recorded
   */
  manifest(
    context: CallContext,
    repositoryId: RepositoryId,
    reference: { readonly digest: Digest } | { readonly tag: string },
    options?: { readonly body?: boolean },
  ): Promise<ManifestRecord | undefined>;
  /** By digest. */
  manifests(context: CallContext, repositoryId: RepositoryId, query: Page): Promise<readonly ManifestRecord[]>;
  /** By name; with `digest` only those that name it. */
  tags(context: CallContext, repositoryId: RepositoryId, query: Page & { readonly digest?: Digest }): Promise<readonly TagRecord[]>;
  /** Manifests with that subject, by digest; it need not be there. */
  referrers(
    context: CallContext,
    repositoryId: RepositoryId,
    subject: Digest,
    query: Page & { readonly artifactType?: string },
  ): Promise<readonly ReferrerRecord[]>;
  /** A blob that the repository links. @param options.body as of `manifest` */
  blob(context: CallContext, repositoryId: RepositoryId, digest: Digest, options?: { readonly body?: boolean }): Promise<BlobLink | undefined>;
  /** Blobs that the repository links, by digest. */
  blobs(context: CallContext, repositoryId: RepositoryId, query: Page): Promise<readonly BlobLink[]>;
  /** Some repositories that link the blob, at most `limit` (1 to 100), in no promised order. */
  holders(context: CallContext, digest: Digest, limit: number): Promise<readonly RepositoryRecord[]>;
}

/** Reads blob uploads. */
export interface BlobUploadLedger {
  find(context: CallContext, uploadId: string): Promise<BlobUploadRecord | undefined>;
  /** Those without a sign of life since then, the oldest first. `limit` 1 to 10,000. */
  idle(context: CallContext, before: number, limit: number): Promise<readonly BlobUploadRecord[]>;
}

/** Something that nothing uses, in whatever repository. */
export interface Unused {
  readonly repository: RepositoryRecord;
  readonly digest: Digest;
  readonly size: number;
  readonly unusedSince: number;
}

/**
 * Reads what may go. Found by an index over what is unused, so it costs what it
 * answers. Ordered by time of disuse, then repository, then digest; `after` is the
 * last one of the page before.
 */
export interface UnusedArtifacts {
  blobs(context: CallContext, before: number, query: { readonly after?: Unused; readonly limit: number }): Promise<readonly Unused[]>;
  manifests(
    context: CallContext,
    before: number,
    query: { readonly after?: Unused; readonly limit: number },
  ): Promise<readonly (Unused & { readonly subject?: Digest })[]>;
}
