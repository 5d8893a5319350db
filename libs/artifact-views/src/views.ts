import type { BucketRecord, CallContext, MetadataStore, ObjectFacts, OciAction, RepositoryRecord } from '@zas/plugin-api';

/** What is shown under another name, at the other door. */
export interface View {
  readonly bucket: string;
  readonly repository: string;
}

export interface ViewedParts {
  readonly metadata: MetadataStore;
  /** Repositories that can be read as buckets. */
  readonly repositories: readonly View[];
  /** Buckets that can be read as repositories. */
  readonly buckets: readonly View[];
  readonly access: ViewAccess;
}

/** Asks whether the caller may do that to what lies behind a view. The view's own door has asked for its side. */
export interface ViewAccess {
  mayInRepository(context: CallContext, repository: RepositoryRecord, action: OciAction, tag?: string): Promise<boolean>;
  mayInBucket(context: CallContext, bucket: BucketRecord, action: string, object?: { readonly key: string; readonly facts: ObjectFacts }): Promise<boolean>;
}

/** Ids of views are negative, and those of what lies behind them positive. */
export const idOfView = (id: number): number => -id;
export const isView = (id: number): boolean => id < 0;
