import { StoreError, type CreateRepository, type Outcomes } from '@zas/plugin-api';
import { tellFeed } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function createRepository(session: WriteSession, { name, owner, at }: CreateRepository): Outcomes['create-repository'] {
  if (session.read('select 1 from repository where name = ?').get(name) !== undefined) {
    throw new StoreError('already-exists', 'The repository exists', { details: { reason: 'repository' } });
  }
  const id = session.next();
  session.write('insert into repository values (?, ?, ?, ?)').run(id, name, owner, at);
  tellFeed(session, { id, name }, 'repository-created', at);
  return { repositoryId: id };
}
