import type { WriteSession } from '../writer/write-session.js';
import { tellFeed, type RepositoryRow } from './repository-table.js';

/** The digest that a tag names. */
export function findTag(session: WriteSession, repositoryId: number, name: string): string | undefined {
  const row = session.read('select digest from tag where repository_id = ? and name = ?').get(repositoryId, name) as { digest: string } | undefined;
  return row?.digest;
}

/** That is when it was set last. */
export function isMovedAt(session: WriteSession, repositoryId: number, name: string, movedAt: number): boolean {
  return session.read('select 1 from tag where repository_id = ? and name = ? and moved_at = ?').get(repositoryId, name, movedAt) !== undefined;
}

/** Names of the tags that name a digest, in order. */
export function findTagsOf(session: WriteSession, repositoryId: number, digest: string): readonly string[] {
  const rows = session.read('select name from tag where repository_id = ? and digest = ? order by name').all(repositoryId, digest) as { name: string }[];
  return rows.map(({ name }) => name);
}

export function putTag(session: WriteSession, repository: RepositoryRow, tag: string, digest: string, at: number, cause: 'create' | 'move'): void {
  session.write('insert or replace into tag values (?, ?, ?, ?, null)').run(repository.id, tag, digest, at);
  tellFeed(session, repository, 'tag-set', at, { tag, digest, cause });
}

export function removeTag(session: WriteSession, repository: RepositoryRow, tag: string, digest: string, at: number): void {
  session.write('delete from tag where repository_id = ? and name = ?').run(repository.id, tag);
  tellFeed(session, repository, 'tag-deleted', at, { tag, digest });
}
