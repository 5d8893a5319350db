import type { BlobStore, CallContext, MetadataStore } from '@zas/plugin-api';
import type { PreparedCalls } from '../stores/prepared-calls.js';
import type { BlobWorks } from '../stores/blob-works.js';
import type { MetadataWorks } from '../stores/metadata-works.js';

/** The plugins of a server behind the guards of a real host, on a temporary folder, and works over them. */
export interface MicroStage {
  readonly context: CallContext;
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly metadataWorks: MetadataWorks;
  readonly blobWorks: BlobWorks;
  /** For which what is prepared must suffice. */
  readonly seconds: number;
}

export interface MicroBenchmark {
  /** As `--only` names it. */
  readonly name: string;
  /** Which part of the server it measures. */
  readonly subject: MicroSubject;
  /** What one call does. */
  readonly about: string;
  /** So many callers at the same time, one line for each; one where nothing is waited for. */
  readonly callers: readonly number[];
  /** Bytes that one call moves. */
  readonly bytes?: number;
  prepare(stage: MicroStage): Promise<PreparedCalls> | PreparedCalls;
}

export const MICRO_SUBJECTS = ['metadata store', 'blob store', 'event feed', 'signatures', 'chunked bodies', 'policies', 'XML', 'manifests'] as const;
export type MicroSubject = (typeof MICRO_SUBJECTS)[number];

/** Where calls wait for a disk or for one another. */
export const CALLERS = [1, 4, 16, 64] as const;
/** Where calls only compute: more of them would only stand in line. */
export const ALONE = [1] as const;
