import { createHash } from 'node:crypto';
import type { CallContext, Digest, MetadataStore, RepositoryId } from '@zas/plugin-api';
import { deriveAccountId } from '@zas/plugin-api';

/** The account of the server's root, whose keys then reach the repositories. */
const OWNER = deriveAccountId('root');
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** What a seeded manifest is besides its number. */
export interface SeededManifest {
  readonly tags?: readonly string[];
  readonly subject?: Digest;
}

/** Writes manifests that refer to nothing into one repository, as the OCI door would have them recorded. */
export class ManifestWriter {
  private written = 0;

  private constructor(
    private readonly store: MetadataStore,
    private readonly context: CallContext,
    private readonly repositoryId: RepositoryId,
  ) {}

  static async inNewRepository(store: MetadataStore, context: CallContext, name: string): Promise<ManifestWriter> {
    const { repositoryId } = await store.apply<'create-repository'>(context, { kind: 'create-repository', name, owner: OWNER, at: Date.now() });
    return new ManifestWriter(store, context, repositoryId);
  }

  /** @returns its digest */
  async put({ tags = [], subject }: SeededManifest): Promise<Digest> {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, annotations: { number: String(this.written++) } }));
    const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await this.store.apply<'put-manifest'>(this.context, {
      kind: 'put-manifest',
      repositoryId: this.repositoryId,
      digest,
      mediaType: MANIFEST,
      size: bytes.length,
      body: { kind: 'inline', bytes },
      references: [],
      subject,
      artifactType: subject === undefined ? undefined : 'application/vnd.example.seeded',
      tags: tags.map((name) => ({ name, mayCreate: true, mayMove: true, immutable: false })),
      at: Date.now(),
    });
    return digest;
  }
}
