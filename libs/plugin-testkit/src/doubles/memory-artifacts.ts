import {
  StoreError,
  type ArtifactIntent,
  type ArtifactOutcomes,
  type CallContext,
  type DeleteManifest,
  type DeleteTag,
  type Digest,
  type ErrorCode,
  type ErrorDetails,
  type LinkBlob,
  type MountBlob,
  type PutManifest,
  type RecordPulls,
  type StartBlobUpload,
  type UnlinkBlob,
} from '@zas/plugin-api';
import { checkEpoch, prepareBody, releaseBody, shareBody } from './memory-metadata-bodies.js';
import type { MemoryMetadataState, StoredBody, StoredRepository } from './memory-metadata-state.js';

const refuse = (code: ErrorCode, details: ErrorDetails) => new StoreError(code, 'The repository does not allow it', { details });

/** Repositories of the in-memory double, by their contract's words. */
export function applyArtifactIntent(
  state: MemoryMetadataState,
  context: CallContext,
  intent: ArtifactIntent,
): ArtifactOutcomes[keyof ArtifactOutcomes] {
  switch (intent.kind) {
    case 'create-repository':
      return createRepository(state, context, intent);
    case 'record-pulls':
      return recordPulls(state, intent);
    default: {
      const repository = state.repository(intent.repositoryId);
      return new RepositoryWriter(state, context, repository).apply(intent);
    }
  }
}

function createRepository(state: MemoryMetadataState, context: CallContext, intent: Extract<ArtifactIntent, { kind: 'create-repository' }>) {
  const { name, owner, at } = intent;
  if ([...state.repositories.values()].some(({ record }) => record.name === name)) throw refuse('already-exists', { reason: 'repository' });
  const id = state.next();
  state.repositories.set(id, { record: { id, name, owner, createdAt: at }, blobs: new Map(), manifests: new Map(), tags: new Map() });
  state.appendFeed(context, { kind: 'repository-created', at, repositoryId: id, repository: name });
  return { repositoryId: id };
}

function recordPulls(state: MemoryMetadataState, { pulls }: RecordPulls) {
  for (const { repositoryId, digest, tag, at } of pulls) {
    const repository = state.repositories.get(repositoryId);
    const found = [repository?.manifests.get(digest), tag === undefined ? undefined : repository?.tags.get(tag)];
    for (const pulled of found) if (pulled) pulled.pulledAt = Math.max(pulled.pulledAt ?? 0, at);
  }
  return {};
}

/** Whoever has it in hands may be about to use it: an unused one counts anew. */
function touch(one: { unusedSince: number | undefined } | undefined, at: number): void {
  if (one?.unusedSince !== undefined) one.unusedSince = Math.max(one.unusedSince, at);
}

type RepositoryIntent = Exclude<ArtifactIntent, { kind: 'create-repository' | 'record-pulls' }>;

class RepositoryWriter {
  constructor(
    private readonly state: MemoryMetadataState,
    private readonly context: CallContext,
    private readonly repository: StoredRepository,
  ) {}

  apply(intent: RepositoryIntent): ArtifactOutcomes[keyof ArtifactOutcomes] {
    switch (intent.kind) {
      case 'delete-repository':
        return this.deleteRepository(intent.at);
      case 'start-blob-upload':
        return this.startBlobUpload(intent);
      case 'touch-blob-upload': {
        const upload = this.upload(intent.uploadId);
        this.state.blobUploads.set(upload.uploadId, { ...upload, touchedAt: Math.max(upload.touchedAt, intent.at) });
        return {};
      }
      case 'cancel-blob-upload': {
        const { uploadId, locator } = this.upload(intent.uploadId);
        this.state.blobUploads.delete(uploadId);
        return { locator };
      }
      case 'link-blob':
        return this.linkBlob(intent);
      case 'mount-blob':
        return this.mountBlob(intent);
      case 'touch-blob':
        touch(this.repository.blobs.get(intent.digest), intent.at);
        return {};
      case 'touch-manifest':
        touch(this.repository.manifests.get(intent.digest), intent.at);
        return {};
      case 'unlink-blob':
        return this.unlinkBlob(intent);
      case 'put-manifest':
        return this.putManifest(intent);
      case 'delete-tag':
        return this.deleteTag(intent);
      case 'delete-manifest':
        return this.deleteManifest(intent);
    }
  }

  private deleteRepository(at: number) {
    const { record, blobs, manifests, tags } = this.repository;
    const open = [...this.state.blobUploads.values()].some((upload) => upload.repositoryId === record.id);
    if (open || blobs.size + manifests.size + tags.size > 0) throw refuse('conflict', { reason: 'repository-not-empty' });
    this.state.repositories.delete(record.id);
    this.change('repository-deleted', at, {});
    return {};
  }

  private startBlobUpload({ uploadId, repositoryId, principal, algorithm, locator, epoch, at }: StartBlobUpload) {
    checkEpoch(this.state, epoch);
    this.state.blobUploads.set(uploadId, { uploadId, repositoryId, principal, algorithm, locator, startedAt: at, touchedAt: at });
    return {};
  }

  private upload(uploadId: string) {
    const upload = this.state.blobUploads.get(uploadId);
    if (upload?.repositoryId !== this.repository.record.id) throw refuse('not-found', { reason: 'upload' });
    return upload;
  }

  private linkBlob({ digest, size, body, uploadId, at }: LinkBlob) {
    const upload = uploadId === undefined ? undefined : this.upload(uploadId);
    if (body.kind === 'session' && body.content.locator !== upload?.locator) throw refuse('invalid-argument', {});
    const prepared = prepareBody(this.state, body, at);
    if (prepared.size !== size) throw refuse('invalid-argument', {});
    if (upload) this.state.blobUploads.delete(upload.uploadId);
    const linked = this.repository.blobs.get(digest);
    touch(linked, at);
    if (linked && !this.isCorrupt(linked.body)) {
      prepared.refuse?.();
      return { linked: false };
    }
    const recorded = prepared.record();
    if (linked) {
      releaseBody(this.state, linked.body, at);
      linked.body = recorded;
      return { linked: true };
    }
    this.addLink(digest, size, recorded, at, 'upload');
    return { linked: true };
  }

  private mountBlob({ digest, from, at }: MountBlob) {
    const source = this.state.repositories.get(from)?.blobs.get(digest);
    if (!source) throw refuse('not-found', { reason: 'blob' });
    const linked = this.repository.blobs.get(digest);
    if (!linked) this.addLink(digest, source.size, shareBody(this.state, source.body), at, 'mount');
    else touch(linked, at);
    return { size: source.size };
  }

  private addLink(digest: Digest, size: number, body: StoredBody, at: number, cause: string): void {
    this.repository.blobs.set(digest, { size, body, linkedAt: at, unusedSince: this.isReferenced('blob', digest) ? undefined : at });
    this.change('blob-linked', at, { digest, size, cause });
  }

  private unlinkBlob({ digest, referenced, unusedBefore, at }: UnlinkBlob) {
    const blob = this.repository.blobs.get(digest);
    if (!blob) throw refuse('not-found', { reason: 'blob' });
    const used = blob.unusedSince === undefined;
    if ((used && !referenced) || (unusedBefore !== undefined && !(blob.unusedSince! < unusedBefore))) {
      throw refuse('conflict', { reason: 'blob-referenced' });
    }
    this.repository.blobs.delete(digest);
    releaseBody(this.state, blob.body, at);
    this.change('blob-unlinked', at, { digest, size: blob.size });
    return {};
  }

  private putManifest(intent: PutManifest) {
    const { digest, size, mediaType, artifactType, subject, annotations, references, tags, at } = intent;
    const { manifests, blobs } = this.repository;
    for (const { kind, digest: wanted, size: stated, required } of references) {
      const there = (kind === 'blob' ? blobs : manifests).get(wanted);
      if (required && !there) throw refuse('not-found', { reason: 'manifest-reference', digest: wanted, kind });
      if (there && stated !== undefined && stated !== there.size) throw refuse('invalid-argument', { reason: 'manifest', digest: wanted });
    }
    this.checkTags(digest, tags);
    const prepared = prepareBody(this.state, intent.body, at);
    if (prepared.size !== size) throw refuse('invalid-argument', {});

    const before = manifests.get(digest);
    touch(before, at);
    if (before && !this.isCorrupt(before.body)) {
      prepared.refuse?.();
    } else if (before) {
      const body = prepared.record();
      releaseBody(this.state, before.body, at);
      before.body = body;
    } else {
      manifests.set(digest, {
        ...{ mediaType, size, artifactType, subject, references, pushedAt: at },
        annotations: subject === undefined ? undefined : annotations,
        ...{ body: prepared.record(), subjectLost: false, unusedSince: undefined, pulledAt: undefined },
      });
      for (const manifest of manifests.values()) if (manifest.subject === digest) manifest.subjectLost = false;
      this.change('manifest-created', at, { digest, size });
    }
    for (const { name } of tags) this.setTag(name, digest, at);
    this.judge(at);
    return { created: !before };
  }

  private checkTags(digest: Digest, tags: PutManifest['tags']): void {
    for (const { name, mayCreate, mayMove, immutable } of tags) {
      const present = this.repository.tags.get(name);
      if (!present && !mayCreate) throw refuse('access-denied', { reason: 'tag', tag: name, action: 'create' });
      if (!present || present.digest === digest) continue;
      if (immutable) throw refuse('conflict', { reason: 'tag-immutable', tag: name });
      if (!mayMove) throw refuse('access-denied', { reason: 'tag', tag: name, action: 'move' });
    }
  }

  private setTag(tag: string, digest: Digest, at: number): void {
    const present = this.repository.tags.get(tag);
    if (present?.digest === digest) return;
    this.repository.tags.set(tag, { digest, movedAt: at, pulledAt: undefined });
    this.change('tag-set', at, { tag, digest, cause: present ? 'move' : 'create' });
  }

  private deleteTag({ tag, digest, movedAt, at }: DeleteTag) {
    const present = this.repository.tags.get(tag);
    if (!present) throw refuse('not-found', { reason: 'tag' });
    const moved = (digest ?? present.digest) !== present.digest || (movedAt ?? present.movedAt) !== present.movedAt;
    if (moved) throw refuse('conflict', { reason: 'tag-moved' });
    this.repository.tags.delete(tag);
    this.change('tag-deleted', at, { tag, digest: present.digest });
    this.judge(at);
    return {};
  }

  private deleteManifest({ digest, tags, referenced, unusedBefore, at }: DeleteManifest) {
    const { manifests } = this.repository;
    const manifest = manifests.get(digest);
    if (!manifest) throw refuse('not-found', { reason: 'manifest' });
    const named = [...this.repository.tags].filter(([, tag]) => tag.digest === digest).map(([name]) => name);
    if (named.some((name) => !tags.includes(name))) throw refuse('conflict', { reason: 'tags-changed', retriable: true });
    if (!referenced && this.isReferenced('manifest', digest)) throw refuse('conflict', { reason: 'manifest-referenced' });
    if (unusedBefore !== undefined && !((manifest.unusedSince ?? Infinity) < unusedBefore)) throw refuse('conflict', { reason: 'manifest-used' });
    for (const tag of named.sort()) {
      this.repository.tags.delete(tag);
      this.change('tag-deleted', at, { tag, digest });
    }
    manifests.delete(digest);
    for (const other of manifests.values()) if (other.subject === digest) other.subjectLost = true;
    releaseBody(this.state, manifest.body, at);
    this.change('manifest-deleted', at, { digest, size: manifest.size });
    this.judge(at);
    return { tags: named };
  }

  private isReferenced(kind: 'blob' | 'manifest', digest: Digest): boolean {
    return [...this.repository.manifests.values()].some(({ references }) => references.some((one) => one.kind === kind && one.digest === digest));
  }

  /** What nothing uses any more counts from now; what is used again does not count. */
  private judge(at: number): void {
    const { blobs, manifests, tags } = this.repository;
    for (const [digest, blob] of blobs) blob.unusedSince = this.isReferenced('blob', digest) ? undefined : (blob.unusedSince ?? at);
    for (const [digest, manifest] of manifests) {
      const tagged = [...tags.values()].some((tag) => tag.digest === digest);
      const awaited = manifest.subject !== undefined && !manifest.subjectLost;
      const used = tagged || awaited || this.isReferenced('manifest', digest);
      manifest.unusedSince = used ? undefined : (manifest.unusedSince ?? at);
    }
  }

  private isCorrupt(body: StoredBody): boolean {
    return body.pieces.some(({ source }) => source.kind === 'content' && !this.state.contents.get(source.contentId)!.shared);
  }

  private change(
    kind: Parameters<MemoryMetadataState['appendFeed']>[1]['kind'],
    at: number,
    about: { digest?: Digest; tag?: string; size?: number; cause?: string },
  ): void {
    const { id, name } = this.repository.record;
    this.state.appendFeed(this.context, { kind, at, repositoryId: id, repository: name, ...about });
  }
}

