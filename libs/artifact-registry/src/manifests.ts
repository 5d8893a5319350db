import type { CallContext, Digest, ManifestRecord, ManifestReference, PutManifest, RepositoryRecord } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import type { OpenBody } from '@zas/content-store';
import { openBody, recordBody, writeBody } from '@zas/content-store';
import type { ArtifactRegistry } from './artifact-registry.js';
import { algorithmOf } from './blob-uploads.js';
import { isAgeing } from './keep-from-collection.js';

const TRIES = 5;
const MOST_TAGS = 10_000;

/** By digest, or by the tag that names it. */
export type ManifestName = { readonly digest: Digest } | { readonly tag: string };

export interface OpenManifest {
  readonly manifest: ManifestRecord;
  readonly body: OpenBody;
}

/** The manifest of that name, its bytes found. Throws `not-found`, reason `manifest`. */
export async function openManifest(registry: ArtifactRegistry, context: CallContext, repository: RepositoryRecord, name: ManifestName): Promise<OpenManifest> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const manifest = await registry.metadata.artifacts.manifest(context, repository.id, name, { body: true });
    if (!manifest) break;
    const { size } = manifest;
    const body = await openBody(registry.metadata.objects, context, { location: manifest.body, size }, { offset: 0, length: size });
    if (body) return { manifest, body };
  }
  throw noSuchManifest();
}

/** Just the record, of which a client may be about to make use. Throws `not-found`, reason `manifest`. */
export async function findManifest(registry: ArtifactRegistry, context: CallContext, repository: RepositoryRecord, name: ManifestName): Promise<ManifestRecord> {
  const find = async () => {
    const manifest = await registry.metadata.artifacts.manifest(context, repository.id, name);
    if (!manifest) throw noSuchManifest();
    return manifest;
  };
  const manifest = await find();
  const isCollected = manifest.subject !== undefined || registry.rulesOf(repository.name).collectUntagged;
  if (!isCollected || !isAgeing(registry, manifest)) return manifest;
  await registry.metadata.apply(context, { kind: 'touch-manifest', repositoryId: repository.id, digest: manifest.digest, at: registry.clock.now() });
  // A collection may have been faster.
  return find();
}

export interface PutManifestInput {
  readonly repository: RepositoryRecord;
  readonly bytes: Uint8Array;
  /** Of the bytes, verified. */
  readonly digest: Digest;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly subject?: Digest;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly references: readonly ManifestReference[];
  /** With what the caller may do to each. */
  readonly tags: readonly { readonly name: string; readonly mayCreate: boolean; readonly mayMove: boolean }[];
}

/** Stores a manifest with its references and tags, as the `put-manifest` intent says, by the rules of its repository. */
export async function putManifest(registry: ArtifactRegistry, context: CallContext, input: PutManifestInput): Promise<{ created: boolean }> {
  const { repository, bytes, digest, mediaType, artifactType, subject, annotations } = input;
  const rules = registry.rulesOf(repository.name);
  const references = input.references.map((one) => (rules.sparseIndexes && one.kind === 'manifest' ? { ...one, required: false } : one));
  const tags = input.tags.map((tag) => ({ ...tag, immutable: rules.isImmutable(tag.name) }));
  const written = await writeBody(registry.content, context, { bytes: once(bytes), size: bytes.length, maxSize: bytes.length, named: algorithmOf(digest) });
  return recordBody(written, () =>
    registry.metadata.apply(context, {
      kind: 'put-manifest',
      repositoryId: repository.id,
      ...{ digest, size: bytes.length, mediaType, artifactType, subject, annotations, references, tags },
      body: written.body as PutManifest['body'],
      at: registry.clock.now(),
    }),
  );
}

/** Takes a tag away; its manifest stays. Throws `not-found`, reason `tag`; `conflict`, reason `tag-immutable`. */
export async function deleteTag(registry: ArtifactRegistry, context: CallContext, repository: RepositoryRecord, tag: string): Promise<void> {
  refuseImmutable(registry, repository, [tag]);
  await registry.metadata.apply(context, { kind: 'delete-tag', repositoryId: repository.id, tag, at: registry.clock.now() });
}

/**
 * Removes a manifest with its tags.
 * @param allow asked about the tags that would go; may throw to refuse
 *
 * Throws `not-found`, reason `manifest`; `conflict`, reason `tag-immutable` or, where
 * the rules protect what an index holds, `manifest-referenced`.
 */
export async function deleteManifest(
  registry: ArtifactRegistry,
  context: CallContext,
  repository: RepositoryRecord,
  digest: Digest,
  allow: (tags: readonly string[]) => Promise<void> = async () => undefined,
): Promise<void> {
  const { deleteHeldManifests: referenced } = registry.rulesOf(repository.name);
  for (let attempt = 1; ; attempt++) {
    const found = await registry.metadata.artifacts.tags(context, repository.id, { digest, limit: MOST_TAGS });
    const tags = found.map(({ name }) => name);
    refuseImmutable(registry, repository, tags);
    await allow(tags);
    try {
      await registry.metadata.apply(context, { kind: 'delete-manifest', repositoryId: repository.id, digest, tags, referenced, at: registry.clock.now() });
      return;
    } catch (error) {
      if (!isStoreError(error) || error.details.reason !== 'tags-changed' || attempt === TRIES) throw error;
    }
  }
}

function refuseImmutable(registry: ArtifactRegistry, { name }: RepositoryRecord, tags: readonly string[]): void {
  const rules = registry.rulesOf(name);
  const tag = tags.find((one) => rules.isImmutable(one));
  if (tag !== undefined) throw new StoreError('conflict', 'The tag is immutable', { details: { reason: 'tag-immutable', tag } });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

const noSuchManifest = () => new StoreError('not-found', 'The repository does not hold the manifest', { details: { reason: 'manifest' } });
