import type { DeleteTag, Outcomes } from '@zas/plugin-api';
import { judgeManifest } from '../tables/manifest-table.js';
import { conflict, findRepository, notFound } from '../tables/repository-table.js';
import { findTag, isMovedAt, removeTag } from '../tables/tag-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function deleteTag(session: WriteSession, { repositoryId, tag, digest, movedAt, at }: DeleteTag): Outcomes['delete-tag'] {
  const repository = findRepository(session, repositoryId);
  const present = findTag(session, repositoryId, tag);
  if (present === undefined) throw notFound({ reason: 'tag' });
  const moved = (digest ?? present) !== present || (movedAt !== undefined && !isMovedAt(session, repositoryId, tag, movedAt));
  if (moved) throw conflict({ reason: 'tag-moved' });
  removeTag(session, repository, tag, present, at);
  judgeManifest(session, repositoryId, present, at);
  return {};
}
