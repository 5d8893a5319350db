import type { BlobLink, ByteRange, CallContext, Digest, RepositoryRecord } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { OpenBody } from '@zas/content-store';
import { openBody } from '@zas/content-store';
import type { ArtifactRegistry } from './artifact-registry.js';
import { isAgeing } from './keep-from-collection.js';

const OPEN_TRIES = 5;

/**
 * A blob that the repository links. One whose bytes were found corrupt is not
 * there, so that the next push heals it. Throws `not-found`, reason `blob`.
 */
export async function findBlob(registry: ArtifactRegistry, context: CallContext, repository: RepositoryRecord, digest: Digest): Promise<BlobLink> {
  const link = await registry.metadata.artifacts.blob(context, repository.id, digest);
  if (!link || link.corrupt) throw noSuchBlob(digest);
  if (!isAgeing(registry, link)) return link;
  await registry.metadata.apply(context, { kind: 'touch-blob', repositoryId: repository.id, digest, at: registry.clock.now() });
  // A collection may have been faster.
  const kept = await registry.metadata.artifacts.blob(context, repository.id, digest);
  if (!kept) throw noSuchBlob(digest);
  return kept;
}

/** A blob, and the bytes of the range that the caller chose. */
export interface OpenBlob {
  readonly link: BlobLink;
  readonly range: ByteRange;
  readonly body: OpenBody;
}

/** Opens a range of a blob. @param choose picks it; may throw to refuse. Errors as of {@link findBlob} */
export async function openBlob(
  registry: ArtifactRegistry,
  context: CallContext,
  repository: RepositoryRecord,
  digest: Digest,
  choose: (link: BlobLink) => ByteRange,
): Promise<OpenBlob> {
  for (let attempt = 0; attempt < OPEN_TRIES; attempt++) {
    const link = await registry.metadata.artifacts.blob(context, repository.id, digest, { body: true });
    if (!link || link.corrupt) break;
    const range = choose(link);
    const body = await openBody(registry.metadata.objects, context, { location: link.body, size: link.size }, range);
    if (body) return { link, range, body };
  }
  throw noSuchBlob(digest);
}

/** Links a blob of another repository, sharing its bytes. Throws `not-found`, reason `blob`, when that one does not link it. */
export async function mountBlob(
  registry: ArtifactRegistry,
  context: CallContext,
  repository: RepositoryRecord,
  digest: Digest,
  from: RepositoryRecord,
): Promise<void> {
  const source = await registry.metadata.artifacts.blob(context, from.id, digest);
  if (!source || source.corrupt) throw noSuchBlob(digest);
  await registry.metadata.apply(context, { kind: 'mount-blob', repositoryId: repository.id, digest, from: from.id, at: registry.clock.now() });
}

/** Takes a blob out of a repository. Throws `not-found`, reason `blob`; `conflict`, reason `blob-referenced`, where the rules protect it. */
export async function deleteBlob(registry: ArtifactRegistry, context: CallContext, repository: RepositoryRecord, digest: Digest): Promise<void> {
  const { deleteReferencedBlobs: referenced } = registry.rulesOf(repository.name);
  await registry.metadata.apply(context, { kind: 'unlink-blob', repositoryId: repository.id, digest, referenced, at: registry.clock.now() });
}

const noSuchBlob = (digest: Digest) => new StoreError('not-found', 'The repository does not hold the blob', { details: { reason: 'blob', digest } });
