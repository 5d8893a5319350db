import type { BodyLocation } from './records.js';

/**
 * What a metadata store answers about repositories. Names, tags and digests are
 * ASCII and compared by their bytes; times are milliseconds since the epoch.
 */

/** Positive safe integer given by the store; never used again for another repository. */
export type RepositoryId = number;

/** `sha256:` and 64, or `sha512:` and 128 lower-case hex digits. */
export type Digest = string;

export type DigestAlgorithm = 'sha256' | 'sha512';

export interface RepositoryRecord {
  readonly id: RepositoryId;
  readonly name: string;
  /** 12-digit account id. */
  readonly owner: string;
  readonly createdAt: number;
}

/** Kept in each commit, so that it is exact. Shared bytes count in every repository that links them. */
export interface RepositoryUsage {
  readonly manifests: number;
  readonly blobs: number;
  /** Of manifests and blobs. */
  readonly bytes: number;
}

/** A repository's possession of a blob: only what it links can be read, mounted or referenced there. */
export interface BlobLink {
  readonly digest: Digest;
  readonly size: number;
  readonly linkedAt: number;
  readonly body: BodyLocation;
  /** Its bytes were reported corrupt; the next `link-blob` replaces them. */
  readonly corrupt?: true;
  /** Since when no manifest of the repository references it; absent: one does. */
  readonly unusedSince?: number;
}

export interface ManifestRecord {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly pushedAt: number;
  readonly body: BodyLocation;
  /** Its bytes were reported corrupt; the next `put-manifest` replaces them. */
  readonly corrupt?: true;
  /** What it says it is, or its config's media type; absent: neither. */
  readonly artifactType?: string;
  readonly subject?: Digest;
  /** Of the manifest itself; only of manifests with a subject. */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Since when it has no tag, no index that holds it and, for one with a subject,
   * no subject any more; absent: it has. A subject that never was there counts as
   * one that may still come.
   */
  readonly unusedSince?: number;
  readonly pulledAt?: number;
}

export interface TagRecord {
  readonly name: string;
  readonly digest: Digest;
  /** When it was set to this digest. */
  readonly movedAt: number;
  readonly pulledAt?: number;
}

/** What a list of referrers shows. */
export interface ReferrerRecord {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A blob on its way that is uploaded in several requests. */
export interface BlobUploadRecord {
  readonly uploadId: string;
  readonly repositoryId: RepositoryId;
  /** `ACCOUNT/PRINCIPAL` that began it; absent: whoever knows the upload's id. */
  readonly principal?: string;
  readonly algorithm: DigestAlgorithm;
  /** Where its bytes lie. Counts as known to the ledger for as long as the upload is open. */
  readonly locator: string;
  readonly startedAt: number;
  /** Last sign of life. */
  readonly touchedAt: number;
}
