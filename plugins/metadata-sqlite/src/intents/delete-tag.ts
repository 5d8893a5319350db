import type { DeleteTag, Outcomes } from '@zas/plugin-api';
import { judgeManifest } from '../tables/manifest-table.js';
import { conflict, findRepository, notFound } from '../tables/repository-table.js';
import { findTag, removeTag } from '../tables/tag-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function deleteTag(session: WriteSession, { repositoryId, tag, digest, at }: DeleteTag): Outcomes['delete-tag'] {
  const repository = findRepository(session, repositoryId);
  const present = findTag(session, repositoryId, tag);
  if (present === undefined) throw notFound({ reason: 'tag' });
  if (digest !== undefined && digest !== present) throw conflict({ reason: 'tag-moved' });
  removeTag(session, repository, tag, present, at);
  judgeManifest(session, repositoryId, present, at);
  return {};
}
