import type { MountBlob, Outcomes } from '@zas/plugin-api';
import { findBlobLink, insertBlobLink } from '../tables/blob-link-table.js';
import { shareBody } from '../tables/body-table.js';
import { findRepository, notFound } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';
import { touchBlob } from './touch-blob.js';

export function mountBlob(session: WriteSession, { repositoryId, digest, from, at }: MountBlob): Outcomes['mount-blob'] {
  const repository = findRepository(session, repositoryId);
  const source = findBlobLink(session, from, digest);
  if (!source) throw notFound({ reason: 'blob' });
  if (findBlobLink(session, repositoryId, digest)) {
    touchBlob(session, { kind: 'touch-blob', repositoryId, digest, at });
  } else {
    insertBlobLink(session, repository, { digest, size: source.size, body: shareBody(session, source), at, cause: 'mount' });
  }
  return { size: source.size };
}
