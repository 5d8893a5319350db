import { StoreError, type ErrorDetails, type FeedEntryKind } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

export interface RepositoryRow {
  readonly id: number;
  readonly name: string;
}

/** @throws `not-found`, reason `repository` */
export function findRepository(session: WriteSession, repositoryId: number): RepositoryRow {
  const row = session.read('select id, name from repository where id = ?').get(repositoryId) as RepositoryRow | undefined;
  if (!row) throw notFound({ reason: 'repository' });
  return row;
}

export function notFound(details: ErrorDetails): StoreError {
  return new StoreError('not-found', 'The repository does not hold it', { details });
}

export function conflict(details: ErrorDetails): StoreError {
  return new StoreError('conflict', 'The state of the repository does not allow it', { details });
}

export function addRepositoryUsage(session: WriteSession, repositoryId: number, manifests: number, blobs: number, bytes: number): void {
  session
    .write(
      `insert into repository_usage values (?, ?, ?, ?) on conflict (repository_id)
       do update set manifests = manifests + excluded.manifests, blobs = blobs + excluded.blobs, bytes = bytes + excluded.bytes`,
    )
    .run(repositoryId, manifests, blobs, bytes);
}

/** Appends a feed entry about a repository. */
export function tellFeed(
  session: WriteSession,
  repository: RepositoryRow,
  kind: FeedEntryKind,
  at: number,
  about: { readonly digest?: string; readonly tag?: string; readonly size?: number; readonly cause?: string } = {},
): void {
  session.appendFeed({ kind, at, repositoryId: repository.id, repository: repository.name, ...about });
}
