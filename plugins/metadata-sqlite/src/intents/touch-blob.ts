import type { Outcomes, TouchBlob } from '@zas/plugin-api';
import { findRepository } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function touchBlob(session: WriteSession, { repositoryId, digest, at }: TouchBlob): Outcomes['touch-blob'] {
  findRepository(session, repositoryId);
  session
    .write('update repository_blob set unused_since = ? where repository_id = ? and digest = ? and unused_since < ?')
    .run(at, repositoryId, digest, at);
  return {};
}
