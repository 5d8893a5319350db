import type { WriteSession } from '../writer/write-session.js';
import { isReferenced } from './blob-link-table.js';
import { EMPTY_BODY, type BodyColumns } from './body-table.js';

export interface ManifestRow extends BodyColumns {
  readonly size: number;
  readonly unused_since: number | null;
}

export function findManifest(session: WriteSession, repositoryId: number, digest: string): ManifestRow | undefined {
  const row = session
    .read('select size, unused_since, inline_id, content_id from manifest where repository_id = ? and digest = ?')
    .get(repositoryId, digest) as Pick<ManifestRow, 'size' | 'unused_since' | 'inline_id' | 'content_id'> | undefined;
  return row && { ...EMPTY_BODY, content_offset: row.content_id === null ? null : 0, ...row };
}

export interface ReferenceRow {
  readonly kind: 'blob' | 'manifest';
  readonly digest: string;
}

export function findReferences(session: WriteSession, repositoryId: number, digest: string): readonly ReferenceRow[] {
  return session.read('select kind, digest from manifest_reference where repository_id = ? and manifest = ?').all(repositoryId, digest) as ReferenceRow[];
}

export function useManifest(session: WriteSession, repositoryId: number, digest: string): void {
  session.write('update manifest set unused_since = null where repository_id = ? and digest = ? and unused_since is not null').run(repositoryId, digest);
}

/** Whoever has it in hands may be about to use it: an unused one counts anew. */
export function touchManifest(session: WriteSession, repositoryId: number, digest: string, at: number): void {
  session.write('update manifest set unused_since = ? where repository_id = ? and digest = ? and unused_since < ?').run(at, repositoryId, digest, at);
}

/** Counts its disuse from now, if it has no tag, no index and no subject to wait for. */
export function judgeManifest(session: WriteSession, repositoryId: number, digest: string, at: number): void {
  if (isTagged(session, repositoryId, digest) || isReferenced(session, repositoryId, 'manifest', digest)) return;
  session
    .write(
      `update manifest set unused_since = ? where repository_id = ? and digest = ? and unused_since is null
       and (subject is null or subject_lost = 1)`,
    )
    .run(at, repositoryId, digest);
}

/** Its subject is there again: whatever waited for it is in use. */
export function findSubjectAgain(session: WriteSession, repositoryId: number, subject: string): void {
  session
    .write('update manifest indexed by manifest_subject set subject_lost = 0, unused_since = null where repository_id = ? and subject = ? and subject_lost = 1')
    .run(repositoryId, subject);
}

/** Its subject went: what has neither tag nor index is unused from now. */
export function loseSubject(session: WriteSession, repositoryId: number, subject: string, at: number): void {
  session
    .write(
      `update manifest indexed by manifest_subject set subject_lost = 1, unused_since = case
         when exists (select 1 from tag where tag.repository_id = manifest.repository_id and tag.digest = manifest.digest) then null
         when exists (select 1 from manifest_reference r where r.repository_id = manifest.repository_id
           and r.kind = 'manifest' and r.digest = manifest.digest) then null
         else coalesce(unused_since, ?) end
       where repository_id = ? and subject = ?`,
    )
    .run(at, repositoryId, subject);
}

function isTagged(session: WriteSession, repositoryId: number, digest: string): boolean {
  return session.read('select 1 from tag where repository_id = ? and digest = ? limit 1').get(repositoryId, digest) !== undefined;
}
