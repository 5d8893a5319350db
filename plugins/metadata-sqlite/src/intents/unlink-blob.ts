import type { Outcomes, UnlinkBlob } from '@zas/plugin-api';
import { findBlobLink, removeBlobLink } from '../tables/blob-link-table.js';
import { conflict, findRepository, notFound } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function unlinkBlob(session: WriteSession, intent: UnlinkBlob): Outcomes['unlink-blob'] {
  const { repositoryId, digest, referenced, unusedBefore, at } = intent;
  const repository = findRepository(session, repositoryId);
  const link = findBlobLink(session, repositoryId, digest);
  if (!link) throw notFound({ reason: 'blob' });
  const used = link.unused_since === null;
  const early = unusedBefore !== undefined && (used || link.unused_since >= unusedBefore);
  if ((used && !referenced) || early) throw conflict({ reason: 'blob-referenced' });
  removeBlobLink(session, repository, digest, link, at);
  return {};
}
