import type { Outcomes, TouchBlob } from '@zas/plugin-api';
import { touchBlobLink } from '../tables/blob-link-table.js';
import { findRepository } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function touchBlob(session: WriteSession, { repositoryId, digest, at }: TouchBlob): Outcomes['touch-blob'] {
  findRepository(session, repositoryId);
  touchBlobLink(session, repositoryId, digest, at);
  return {};
}
