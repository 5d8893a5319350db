import type { DeleteRepository, Outcomes } from '@zas/plugin-api';
import { conflict, findRepository, tellFeed } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';

const HOLDERS = ['manifest', 'repository_blob', 'tag', 'blob_upload'] as const;

export function deleteRepository(session: WriteSession, { repositoryId, at }: DeleteRepository): Outcomes['delete-repository'] {
  const repository = findRepository(session, repositoryId);
  for (const table of HOLDERS) {
    if (session.read(`select 1 from ${table} where repository_id = ? limit 1`).get(repositoryId) !== undefined) {
      throw conflict({ reason: 'repository-not-empty' });
    }
  }
  session.write('delete from repository where id = ?').run(repositoryId);
  session.write('delete from repository_usage where repository_id = ?').run(repositoryId);
  tellFeed(session, repository, 'repository-deleted', at);
  return {};
}
