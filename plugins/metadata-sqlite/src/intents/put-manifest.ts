import { StoreError, type Outcomes, type PutManifest } from '@zas/plugin-api';
import { isReferenced, useBlob } from '../tables/blob-link-table.js';
import { isCorrupt, prepareBody, releaseBody, type PreparedBody } from '../tables/body-table.js';
import { findManifest, findSubjectAgain, judgeManifest, touchManifest, useManifest } from '../tables/manifest-table.js';
import { addRepositoryUsage, conflict, findRepository, notFound, tellFeed, type RepositoryRow } from '../tables/repository-table.js';
import { findTag, putTag } from '../tables/tag-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function putManifest(session: WriteSession, intent: PutManifest): Outcomes['put-manifest'] {
  const { repositoryId, digest, size, tags, at } = intent;
  const repository = findRepository(session, repositoryId);
  checkReferences(session, intent);
  const present = checkTags(session, intent);
  const prepared = prepareBody(session, intent.body, at);
  if (prepared.size !== size) throw new StoreError('invalid-argument', 'The body is not as long as the manifest');

  const before = findManifest(session, repositoryId, digest);
  if (!before) {
    insertManifest(session, repository, intent, prepared);
  } else if (isCorrupt(session, before)) {
    const body = prepared.record();
    session
      .write('update manifest set inline_id = ?, content_id = ? where repository_id = ? and digest = ?')
      .run(body.inline_id, body.content_id, repositoryId, digest);
    releaseBody(session, before, at);
  } else {
    prepared.condemn?.();
  }
  if (before) touchManifest(session, repositoryId, digest, at);
  if (tags.length > 0) useManifest(session, repositoryId, digest);
  for (const { name } of tags) {
    const moved = present.get(name);
    if (moved === digest) continue;
    putTag(session, repository, name, digest, at, moved === undefined ? 'create' : 'move');
    if (moved !== undefined) judgeManifest(session, repositoryId, moved, at);
  }
  return { created: !before };
}

/** @throws `not-found`, reason `manifest-reference`; `invalid-argument`, reason `manifest` */
function checkReferences(session: WriteSession, { repositoryId, references }: PutManifest): void {
  for (const { kind, digest, size, required } of references) {
    if (!required && size === undefined) continue;
    const table = kind === 'blob' ? 'repository_blob' : 'manifest';
    const found = session.read(`select size from ${table} where repository_id = ? and digest = ?`).get(repositoryId, digest) as { size: number } | undefined;
    if (!found && required) throw notFound({ reason: 'manifest-reference', digest, kind });
    if (found && size !== undefined && found.size !== size) {
      throw new StoreError('invalid-argument', 'A reference is of another size', { details: { reason: 'manifest', digest } });
    }
  }
}

/** @returns the digests that the tags name now. @throws `conflict` or `access-denied` as the intent says */
function checkTags(session: WriteSession, { repositoryId, digest, tags }: PutManifest): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, mayCreate, mayMove, immutable } of tags) {
    const present = findTag(session, repositoryId, name);
    if (present === undefined) {
      if (!mayCreate) throw notAllowed(name, 'create');
      continue;
    }
    found.set(name, present);
    if (present === digest) continue;
    if (immutable) throw conflict({ reason: 'tag-immutable', tag: name });
    if (!mayMove) throw notAllowed(name, 'move');
  }
  return found;
}

function notAllowed(tag: string, action: 'create' | 'move'): StoreError {
  return new StoreError('access-denied', 'The tag may not be set', { details: { reason: 'tag', tag, action } });
}

function insertManifest(session: WriteSession, repository: RepositoryRow, intent: PutManifest, prepared: PreparedBody): void {
  const { repositoryId, digest, size, mediaType, artifactType, subject, annotations, references, tags, at } = intent;
  const body = prepared.record();
  const used = tags.length > 0 || subject !== undefined || isReferenced(session, repositoryId, 'manifest', digest);
  const shown = subject !== undefined && annotations ? JSON.stringify(annotations) : null;
  session
    .write('insert into manifest values (?, ?, ?, ?, ?, ?, ?, 0, ?, null, ?, ?, ?)')
    .run(repositoryId, digest, mediaType, size, at, artifactType, subject, used ? null : at, body.inline_id, body.content_id, shown);
  for (const reference of references) {
    session.write('insert or ignore into manifest_reference values (?, ?, ?, ?)').run(repositoryId, digest, reference.kind, reference.digest);
    if (reference.kind === 'blob') useBlob(session, repositoryId, reference.digest);
    else useManifest(session, repositoryId, reference.digest);
  }
  findSubjectAgain(session, repositoryId, digest);
  addRepositoryUsage(session, repositoryId, 1, 0, size);
  tellFeed(session, repository, 'manifest-created', at, { digest, size });
}
