import type { WriteSession } from '../writer/write-session.js';
import { EMPTY_BODY, isCorrupt, releaseBody, type BodyColumns } from './body-table.js';
import { addRepositoryUsage, tellFeed, type RepositoryRow } from './repository-table.js';

export interface BlobLinkRow extends BodyColumns {
  readonly size: number;
  readonly unused_since: number | null;
}

export function findBlobLink(session: WriteSession, repositoryId: number, digest: string): BlobLinkRow | undefined {
  const row = session
    .read('select size, unused_since, inline_id, content_id from repository_blob where repository_id = ? and digest = ?')
    .get(repositoryId, digest) as Pick<BlobLinkRow, 'size' | 'unused_since' | 'inline_id' | 'content_id'> | undefined;
  return row && { ...EMPTY_BODY, content_offset: row.content_id === null ? null : 0, ...row };
}

/** A link that would serve a reader. */
export function isIntact(session: WriteSession, link: BlobLinkRow): boolean {
  return !isCorrupt(session, link);
}

export function insertBlobLink(
  session: WriteSession,
  repository: RepositoryRow,
  link: { readonly digest: string; readonly size: number; readonly body: BodyColumns; readonly at: number; readonly cause: 'upload' | 'mount' },
): void {
  const { digest, size, body, at, cause } = link;
  const unusedSince = isReferenced(session, repository.id, 'blob', digest) ? null : at;
  session
    .write('insert into repository_blob values (?, ?, ?, ?, ?, ?, ?)')
    .run(repository.id, digest, size, at, unusedSince, body.inline_id, body.content_id);
  addRepositoryUsage(session, repository.id, 0, 1, size);
  tellFeed(session, repository, 'blob-linked', at, { digest, size, cause });
}

/** Puts other bytes in the place of corrupt ones. */
export function replaceBlobBody(session: WriteSession, repositoryId: number, digest: string, before: BlobLinkRow, body: BodyColumns, at: number): void {
  session
    .write('update repository_blob set inline_id = ?, content_id = ? where repository_id = ? and digest = ?')
    .run(body.inline_id, body.content_id, repositoryId, digest);
  releaseBody(session, before, at);
}

export function removeBlobLink(session: WriteSession, repository: RepositoryRow, digest: string, link: BlobLinkRow, at: number): void {
  session.write('delete from repository_blob where repository_id = ? and digest = ?').run(repository.id, digest);
  releaseBody(session, link, at);
  addRepositoryUsage(session, repository.id, 0, -1, -link.size);
  tellFeed(session, repository, 'blob-unlinked', at, { digest, size: link.size });
}

/** A manifest of the repository names it. */
export function isReferenced(session: WriteSession, repositoryId: number, kind: 'blob' | 'manifest', digest: string): boolean {
  return session.read('select 1 from manifest_reference where repository_id = ? and kind = ? and digest = ? limit 1').get(repositoryId, kind, digest) !== undefined;
}

export function useBlob(session: WriteSession, repositoryId: number, digest: string): void {
  session
    .write('update repository_blob set unused_since = null where repository_id = ? and digest = ? and unused_since is not null')
    .run(repositoryId, digest);
}

/** Whoever has it in hands may be about to use it: an unused one counts anew. */
export function touchBlobLink(session: WriteSession, repositoryId: number, digest: string, at: number): void {
  session
    .write('update repository_blob set unused_since = ? where repository_id = ? and digest = ? and unused_since < ?')
    .run(at, repositoryId, digest, at);
}

/** Counts its disuse from now, if nothing names it any more. */
export function judgeBlob(session: WriteSession, repositoryId: number, digest: string, at: number): void {
  if (isReferenced(session, repositoryId, 'blob', digest)) return;
  session
    .write('update repository_blob set unused_since = ? where repository_id = ? and digest = ? and unused_since is null')
    .run(at, repositoryId, digest);
}
