import crypto from 'node:crypto';
import {
  appendToUpload,
  cancelUpload,
  deleteBlob,
  deleteManifest,
  deleteTag,
  findBlob,
  findManifest,
  finishUpload,
  mountBlob,
  openBlob,
  openManifest,
  putBlob,
  putManifest,
  requireUpload,
  startUpload,
  uploadLength,
  type ArtifactRegistry,
  type OpenBlob,
} from '@zas/artifact-registry';
import { readBody } from '@zas/content-store';
import type { CallContext, RepositoryRecord } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { Random } from '../property/random.js';
import type { BlobToPush, Catalogue, ManifestToPush } from './catalogue.js';
import type { ReferenceModel } from './reference-model.js';

export const TAGS = ['v1', 'v2', 'v3', 'latest', 'fixed'];

/** What a visit works with. */
export interface VisitParts {
  readonly registry: ArtifactRegistry;
  readonly model: ReferenceModel;
  readonly catalogue: Catalogue;
  readonly repositories: readonly RepositoryRecord[];
  readonly random: Random;
  readonly context: CallContext;
  /** Condemned bytes stay this long. */
  readonly graceMs: number;
  /** Counts a call of the registry. */
  readonly step: () => void;
  readonly report: (problem: string) => void;
}

/** When a blob or manifest was pushed or found, for the client that relies on that. */
interface Asked {
  readonly at: number;
  readonly commit: number;
}

/** Part of the delay for which what was asked for must stay. */
const TRUST_PART = 5 / 8;

/** One client of the registry, from its first call to its last. */
export class RegistryVisit {
  private readonly asked = new Map<string, Asked>();

  constructor(private readonly parts: VisitParts) {}

  async run(): Promise<void> {
    const { random, repositories, catalogue } = this.parts;
    const repository = random.pick(repositories);
    const [blob, manifest] = [random.pick(catalogue.blobs), random.pick(catalogue.manifests)];
    const visit = random.weighted<() => Promise<unknown>>([
      { weight: 5, value: () => this.pushImage(repository, manifest) },
      { weight: 2, value: () => this.pushBlob(repository, blob) },
      { weight: 3, value: () => this.pushManifest(repository, manifest) },
      { weight: 2, value: () => this.mount(repository, blob) },
      { weight: 3, value: () => this.read(repository, blob.digest) },
      { weight: 2, value: () => this.read(repository, manifest.digest) },
      { weight: 3, value: () => this.attempt(['not-found tag', 'conflict tag-immutable'], (registry, context) => deleteTag(registry, context, repository, random.pick(TAGS))) },
      {
        weight: 3,
        value: () =>
          this.attempt(['not-found manifest', 'conflict tag-immutable', 'conflict manifest-referenced', 'conflict tags-changed'], (registry, context) =>
            deleteManifest(registry, context, repository, manifest.digest),
          ),
      },
      { weight: 2, value: () => this.attempt(['not-found blob', 'conflict blob-referenced'], (registry, context) => deleteBlob(registry, context, repository, blob.digest)) },
      { weight: 1, value: () => this.abandon(repository, blob) },
    ]);
    await visit();
  }

  /** @returns whether it was done; any other refusal than these is a problem */
  private async attempt(refusals: readonly string[], call: (registry: ArtifactRegistry, context: CallContext) => Promise<unknown>): Promise<boolean> {
    const { registry, context, step, report } = this.parts;
    step();
    try {
      await call(registry, context);
      return true;
    } catch (error) {
      const found = isStoreError(error) ? `${error.code} ${error.details.reason ?? ''}`.trim() : String((error as Error | undefined)?.stack ?? error);
      if (!refusals.includes(found)) report(`${context.requestId}: refused by ${found}`);
      return false;
    }
  }

  /** As clients push: what it references first, each looked for, mounted or uploaded; then the manifest. */
  private async pushImage(repository: RepositoryRecord, manifest: ManifestToPush): Promise<void> {
    const { random, catalogue, repositories } = this.parts;
    for (const { kind, digest } of manifest.references) {
      if (kind === 'manifest') {
        const child = catalogue.manifests.find((one) => one.digest === digest)!;
        if (random.chance(0.4) && (await this.findManifest(repository, child))) continue;
        if (random.chance(0.6)) await this.pushImage(repository, child);
        else await this.pushManifest(repository, child, false);
        continue;
      }
      const blob = catalogue.blobs.find((one) => one.digest === digest)!;
      if (random.chance(0.5) && (await this.find(repository, blob))) continue;
      if (random.chance(0.3) && (await this.mount(repository, blob, random.pick(repositories)))) continue;
      await this.pushBlob(repository, blob);
    }
    await this.pushManifest(repository, manifest, random.chance(0.7));
  }

  private async find(repository: RepositoryRecord, { digest }: BlobToPush): Promise<boolean> {
    return this.trusting(repository, digest, () => this.attempt(['not-found blob'], (registry, context) => findBlob(registry, context, repository, digest)));
  }

  private async findManifest(repository: RepositoryRecord, { digest }: ManifestToPush): Promise<boolean> {
    return this.trusting(repository, digest, () => this.attempt(['not-found manifest'], (registry, context) => findManifest(registry, context, repository, { digest })));
  }

  private async mount(repository: RepositoryRecord, { digest }: BlobToPush, from = this.parts.random.pick(this.parts.repositories)): Promise<boolean> {
    return this.trusting(repository, digest, () => this.attempt(['not-found blob'], (registry, context) => mountBlob(registry, context, repository, digest, from)));
  }

  private async pushBlob(repository: RepositoryRecord, { digest, bytes }: BlobToPush): Promise<boolean> {
    const { random } = this.parts;
    if (random.chance(0.6)) {
      return this.trusting(repository, digest, () => this.attempt([], (registry, context) => putBlob(registry, context, repository.id, digest, source(bytes))));
    }
    const uploadId = await this.startUpload(repository);
    if (uploadId === undefined) return false;
    const gone = ['not-found upload'];
    let sent = 0;
    while (sent < bytes.length && random.chance(0.6)) {
      const end = random.integer(sent + 1, bytes.length);
      const from = sent;
      const appended = await this.attempt(gone, async (registry, context) => {
        const upload = await requireUpload(registry, context, repository, uploadId);
        const length = await appendToUpload(registry, context, upload, from, source(bytes.subarray(from, end)));
        if (length !== end || (await uploadLength(registry, context, upload)) !== end) this.parts.report('an upload is not as long as what was sent');
      });
      if (!appended) return false;
      sent = end;
    }
    if (random.chance(0.15)) {
      return this.attempt(gone, async (registry, context) => cancelUpload(registry, context, await requireUpload(registry, context, repository, uploadId)));
    }
    const rest = sent < bytes.length || random.chance(0.2) ? { at: sent, source: source(bytes.subarray(sent)) } : undefined;
    return this.trusting(repository, digest, () =>
      this.attempt(gone, async (registry, context) => finishUpload(registry, context, await requireUpload(registry, context, repository, uploadId), digest, rest)),
    );
  }

  /** Begins an upload and never comes back. */
  private async abandon(repository: RepositoryRecord, { bytes }: BlobToPush): Promise<void> {
    const uploadId = await this.startUpload(repository);
    if (uploadId === undefined || this.parts.random.chance(0.3)) return;
    await this.attempt(['not-found upload'], async (registry, context) =>
      appendToUpload(registry, context, await requireUpload(registry, context, repository, uploadId), 0, source(bytes)),
    );
  }

  private async startUpload(repository: RepositoryRecord): Promise<string | undefined> {
    let uploadId: string | undefined;
    await this.attempt([], async (registry, context) => void (uploadId = await startUpload(registry, context, repository, 'sha256')));
    return uploadId;
  }

  private async pushManifest(repository: RepositoryRecord, manifest: ManifestToPush, tagged = this.parts.random.chance(0.5)): Promise<boolean> {
    const { random, registry, report } = this.parts;
    const { digest, bytes, references, subject } = manifest;
    const names = tagged ? [...new Set(Array.from({ length: random.integer(1, 2) }, () => (random.chance(0.02) ? 'fixed' : random.pick(TAGS.slice(0, -1)))))] : [];
    const tags = names.map((name) => ({ name, mayCreate: true, mayMove: true }));
    const before = registry.clock.now();
    return this.trusting(repository, digest, () =>
      this.attempt(['conflict tag-immutable', 'not-found manifest-reference'], async () => {
        try {
          await putManifest(registry, this.parts.context, { repository, bytes, digest, mediaType: 'application/vnd.oci.image.manifest.v1+json', subject, references, tags });
        } catch (error) {
          const lacked = isStoreError(error) && error.details.reason === 'manifest-reference' ? String(error.details['digest']) : undefined;
          if (lacked !== undefined && this.mayTrust(repository, lacked)) report(`${lacked} went from ${repository.name} between its push and that of the manifest, begun at ${before}`);
          throw error;
        }
      }),
    );
  }

  /** Remembers that the client knows of it from now on, when the call says so. */
  private async trusting(repository: RepositoryRecord, digest: string, call: () => Promise<boolean>): Promise<boolean> {
    const { registry, model } = this.parts;
    const asked = { at: registry.clock.now(), commit: model.commits };
    const done = await call();
    if (done) this.asked.set(`${repository.id} ${digest}`, asked);
    return done;
  }

  /** It was pushed or found a moment ago, and nobody wished it away since. The delay less the parts in which a look is not noted, and in which a commit may be late. */
  private mayTrust(repository: RepositoryRecord, digest: string): boolean {
    const { registry, model } = this.parts;
    const asked = this.asked.get(`${repository.id} ${digest}`);
    if (!asked || registry.clock.now() - asked.at >= registry.limits.collectDelayMs * TRUST_PART) return false;
    return !model.isInDoubtSince(repository.id, digest, asked.commit);
  }

  /** Reads all of it; what is there must be whole for as long as condemned bytes stay. */
  private async read(repository: RepositoryRecord, digest: string): Promise<void> {
    const { registry, catalogue, graceMs } = this.parts;
    const begun = registry.clock.now();
    const refusals = ['not-found blob', 'not-found manifest'];
    await this.attempt(refusals, async (_registry, context) => {
      try {
        const body = catalogue.isManifest(digest)
          ? (await openManifest(registry, context, repository, { digest })).body
          : (await openBlob(registry, context, repository, digest, ({ size }) => ({ offset: 0, length: size }))).body;
        await expectBytes(registry, context, body, digest);
      } catch (error) {
        const isAbsent = isStoreError(error) && refusals.includes(`${error.code} ${error.details.reason}`);
        if (isAbsent || registry.clock.now() - begun < graceMs) throw error;
      }
    });
  }
}

/** @throws Error when the bytes are not those of the digest */
export async function expectBytes(registry: ArtifactRegistry, context: CallContext, body: OpenBlob['body'], digest: string): Promise<void> {
  const hash = crypto.createHash('sha256');
  await readBody(registry.content, context, body, async (piece) => void hash.update(piece));
  if (`sha256:${hash.digest('hex')}` !== digest) throw new Error(`the bytes are not those of ${digest}`);
}

function source(bytes: Uint8Array): { bytes: AsyncIterable<Uint8Array>; size: number } {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return { bytes: pieces(), size: bytes.length };
}
