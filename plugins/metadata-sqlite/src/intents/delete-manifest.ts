import type { DeleteManifest, Outcomes } from '@zas/plugin-api';
import { isReferenced, judgeBlob } from '../tables/blob-link-table.js';
import { releaseBody } from '../tables/body-table.js';
import { findManifest, findReferences, judgeManifest, loseSubject } from '../tables/manifest-table.js';
import { addRepositoryUsage, conflict, findRepository, notFound, tellFeed } from '../tables/repository-table.js';
import { findTagsOf, removeTag } from '../tables/tag-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function deleteManifest(session: WriteSession, intent: DeleteManifest): Outcomes['delete-manifest'] {
  const { repositoryId, digest, referenced, unusedBefore, at } = intent;
  const repository = findRepository(session, repositoryId);
  const manifest = findManifest(session, repositoryId, digest);
  if (!manifest) throw notFound({ reason: 'manifest' });
  const tags = findTagsOf(session, repositoryId, digest);
  const known = new Set(intent.tags);
  if (tags.some((tag) => !known.has(tag))) throw conflict({ reason: 'tags-changed', retriable: true });
  if (!referenced && isReferenced(session, repositoryId, 'manifest', digest)) throw conflict({ reason: 'manifest-referenced' });
  if (unusedBefore !== undefined && (manifest.unused_since === null || manifest.unused_since >= unusedBefore)) {
    throw conflict({ reason: 'manifest-used' });
  }

  for (const tag of tags) removeTag(session, repository, tag, digest, at);
  const references = findReferences(session, repositoryId, digest);
  session.write('delete from manifest where repository_id = ? and digest = ?').run(repositoryId, digest);
  session.write('delete from manifest_reference where repository_id = ? and manifest = ?').run(repositoryId, digest);
  releaseBody(session, manifest, at);
  loseSubject(session, repositoryId, digest, at);
  for (const reference of references) {
    const judge = reference.kind === 'blob' ? judgeBlob : judgeManifest;
    judge(session, repositoryId, reference.digest, at);
  }
  addRepositoryUsage(session, repositoryId, -1, 0, -manifest.size);
  tellFeed(session, repository, 'manifest-deleted', at, { digest, size: manifest.size });
  return { tags };
}
