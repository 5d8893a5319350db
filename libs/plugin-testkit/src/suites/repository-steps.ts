import { createHash } from 'node:crypto';
import type { LinkBlob, NewBody, PutManifest, RepositoryId } from '@zas/plugin-api';
import { inline, type MetadataFixture } from './metadata-fixture.js';

export const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Steps that the suites of repositories share. */
export class RepositorySteps {
  constructor(readonly fixture: MetadataFixture) {}

  async repository(name = `team/app-${this.fixture.unique()}`): Promise<RepositoryId> {
    return (await this.fixture.apply<'create-repository'>({ kind: 'create-repository', name, owner: '111111111111', at: 10 })).repositoryId;
  }

  link(repositoryId: RepositoryId, text: string, more: Partial<LinkBlob> = {}) {
    const body = inline(text) as Extract<NewBody, { kind: 'inline' }>;
    return this.fixture.apply<'link-blob'>({ kind: 'link-blob', repositoryId, digest: digestOf(text), size: text.length, body, at: 100, ...more });
  }

  unlink(repositoryId: RepositoryId, text: string, more: { referenced?: boolean; unusedBefore?: number; at?: number } = {}) {
    return this.fixture.apply<'unlink-blob'>({ kind: 'unlink-blob', repositoryId, digest: digestOf(text), at: 900, ...more });
  }

  /** Stores the text as a manifest; what it references is named by texts too. */
  put(repositoryId: RepositoryId, text: string, more: Partial<Omit<PutManifest, 'tags'>> & { blobs?: string[]; manifests?: string[]; tags?: string[] } = {}) {
    const { blobs = [], manifests = [], tags = [], ...rest } = more;
    return this.fixture.apply<'put-manifest'>({
      kind: 'put-manifest',
      repositoryId,
      digest: digestOf(text),
      size: text.length,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      body: inline(text) as Extract<NewBody, { kind: 'inline' }>,
      references: [
        ...blobs.map((blob) => ({ kind: 'blob' as const, digest: digestOf(blob), required: true })),
        ...manifests.map((manifest) => ({ kind: 'manifest' as const, digest: digestOf(manifest), required: true })),
      ],
      tags: tags.map((name) => ({ name, mayCreate: true, mayMove: true, immutable: false })),
      at: 200,
      ...rest,
    });
  }

  remove(repositoryId: RepositoryId, text: string, tags: string[] = [], more: { referenced?: boolean; unusedBefore?: number; at?: number } = {}) {
    return this.fixture.apply<'delete-manifest'>({ kind: 'delete-manifest', repositoryId, digest: digestOf(text), tags, at: 900, ...more });
  }

  untag(repositoryId: RepositoryId, tag: string, more: { digest?: string; movedAt?: number; at?: number } = {}) {
    return this.fixture.apply<'delete-tag'>({ kind: 'delete-tag', repositoryId, tag, at: 900, ...more });
  }

  blob(repositoryId: RepositoryId, text: string) {
    return this.fixture.store.artifacts.blob(this.fixture.context, repositoryId, digestOf(text), { body: true });
  }

  manifest(repositoryId: RepositoryId, text: string) {
    return this.fixture.store.artifacts.manifest(this.fixture.context, repositoryId, { digest: digestOf(text) }, { body: true });
  }

  tagged(repositoryId: RepositoryId, tag: string) {
    return this.fixture.store.artifacts.manifest(this.fixture.context, repositoryId, { tag });
  }
}
