import type { Admission, Clock, MetadataStore } from '@zas/plugin-api';
import type { ContentStore } from '@zas/content-store';

export interface ObjectLimits {
  /** Longest body of one PUT or part, bytes. */
  readonly putBytes: number;
  /** Longest object, bytes. */
  readonly objectBytes: number;
  /** Shortest part but the last, bytes. */
  readonly minPartBytes: number;
  readonly partCount: number;
}

/** Everything that the S3 use cases work with; the functions of this package take it first. */
export interface ObjectStore {
  readonly metadata: MetadataStore;
  readonly content: ContentStore;
  readonly admissions: readonly Admission[];
  readonly clock: Clock;
  /** Random characters of the version-id alphabet. */
  readonly random: (length: number) => string;
  readonly limits: ObjectLimits;
}

/** Characters of a version id's random part. */
export const NONCE_LENGTH = 16;
