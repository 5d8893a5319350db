import type { Clock, MetadataStore } from '@zas/plugin-api';
import type { ContentStore, SessionBytes } from '@zas/content-store';

export interface RegistryLimits {
  /** Longest blob, bytes. */
  readonly blobBytes: number;
  /** An upload without a sign of life is given up after this long. */
  readonly uploadIdleMs: number;
  /** What nothing uses is collected when it has been so for this long. */
  readonly collectDelayMs: number;
}

/** What holds for a repository by the configuration. */
export interface RepositoryRules {
  /** Tags that may never be moved or deleted. */
  isImmutable(tag: string): boolean;
  /** An index may name manifests that are not there. */
  readonly sparseIndexes: boolean;
  /** A manifest may be deleted while an index holds it. */
  readonly deleteHeldManifests: boolean;
  /** A blob may be deleted while a manifest references it. */
  readonly deleteReferencedBlobs: boolean;
  /** Manifests that have neither tag nor index are collected. */
  readonly collectUntagged: boolean;
  /** Which tags stay; absent: all. */
  readonly retention?: RetentionRule;
}

/** A tag stays when one of these says so. */
export interface RetentionRule {
  readonly keep: readonly KeepTags[];
  /** Nothing younger than this is deleted. */
  readonly delayMs: number;
  /** Only tell what would go. */
  readonly dryRun: boolean;
}

/** Of the tags that a pattern fits, those that any of the numbers keeps; without numbers all. */
export interface KeepTags {
  readonly patterns: readonly RegExp[];
  readonly mostRecentlyPushed?: number;
  readonly mostRecentlyPulled?: number;
  readonly pushedWithinMs?: number;
  readonly pulledWithinMs?: number;
}

/** Everything that the OCI use cases work with; the functions of this package take it first. */
export interface ArtifactRegistry {
  readonly metadata: MetadataStore;
  readonly content: ContentStore;
  readonly sessions: SessionBytes;
  readonly clock: Clock;
  /** Random characters for upload ids. */
  readonly random: (length: number) => string;
  readonly limits: RegistryLimits;
  readonly rulesOf: (repository: string) => RepositoryRules;
}
