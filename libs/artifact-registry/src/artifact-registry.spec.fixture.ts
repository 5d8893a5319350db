import crypto from 'node:crypto';
import type { Clock, Principal, RepositoryRecord } from '@zas/plugin-api';
import { ByteBudget, ContentStore, CorruptionLog, HashPool, SessionBytes, WriterEpoch, readBody } from '@zas/content-store';
import { MemoryBlobStore, MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import type { ArtifactRegistry, RepositoryRules } from './artifact-registry.js';
import { putBlob } from './blob-uploads.js';
import { openBlob } from './blobs.js';
import { putManifest } from './manifests.js';
import { createRepository } from './repositories.js';

const MIB = 1024 * 1024;
export const INLINE_BYTES = 100;
export const OWNER = '111111111111';
export const HOUR = 3_600_000;

export const PLAIN_RULES: RepositoryRules = {
  isImmutable: () => false,
  sparseIndexes: false,
  deleteHeldManifests: false,
  deleteReferencedBlobs: false,
  collectUntagged: false,
};

export const digestOf = (bytes: Uint8Array | string, algorithm: 'sha256' | 'sha512' = 'sha256') => `${algorithm}:${crypto.hash(algorithm, bytes, 'hex')}`;

export const principal = (id: string): Principal => ({
  id,
  account: { id: OWNER, canonicalId: 'c', displayName: 'd' },
  accountRoot: false,
  serverRoot: false,
  credentialId: 'K',
  roles: [],
  groups: [],
});

/** The use cases' registry over memory. */
export class RegistryFixture {
  readonly context = testContext();
  readonly metadata = new MemoryMetadataStore();
  readonly blobs = new MemoryBlobStore();
  readonly budget = new ByteBudget(8 * MIB, 300);
  now = 1_000_000_000;
  rules: Partial<RepositoryRules> = {};
  readonly registry: ArtifactRegistry;
  private readonly hashes = new HashPool(this.budget.memory, 1);
  private readonly epoch: WriterEpoch;

  private constructor() {
    const clock: Clock = { now: () => this.now, monotonic: () => this.now };
    const { metadata, blobs, budget, hashes } = this;
    this.epoch = new WriterEpoch(this.context, { metadata, clock, holder: 'fixture', ttlMs: 60_000 });
    const corruption = new CorruptionLog(metadata, clock);
    const content = new ContentStore({ blobs, ledger: metadata.blobs, corruption, budget, hashes, epoch: this.epoch, inlineBytes: INLINE_BYTES, flushMs: 50 });
    this.registry = {
      metadata,
      content,
      sessions: new SessionBytes(content),
      clock,
      random: (length) => crypto.randomBytes(length).toString('hex').slice(0, length),
      limits: { blobBytes: 4 * MIB, uploadIdleMs: 24 * HOUR, collectDelayMs: HOUR },
      rulesOf: () => ({ ...PLAIN_RULES, ...this.rules }),
    };
  }

  static async start(): Promise<RegistryFixture> {
    const fixture = new RegistryFixture();
    await fixture.epoch.start();
    return fixture;
  }

  /** Ends it; memory that is still held is answered, and should be none. */
  async stop(): Promise<number> {
    await this.epoch.stop();
    await this.hashes.stop();
    return this.budget.usedBytes;
  }

  repository(name = `team/app-${crypto.randomBytes(4).toString('hex')}`): Promise<RepositoryRecord> {
    return createRepository(this.registry, this.context, name, OWNER);
  }

  /** @returns its digest */
  async blob(repository: RepositoryRecord, bytes: Uint8Array | string): Promise<string> {
    const digest = digestOf(bytes);
    await putBlob(this.registry, this.context, repository.id, digest, sourceOf(Buffer.from(bytes)));
    return digest;
  }

  /** @returns its digest */
  async manifest(repository: RepositoryRecord, text: string, more: { tags?: string[]; blobs?: string[]; manifests?: string[]; subject?: string } = {}): Promise<string> {
    const bytes = Buffer.from(text);
    const { tags = [], blobs = [], manifests = [], subject } = more;
    await putManifest(this.registry, this.context, {
      repository,
      bytes,
      digest: digestOf(bytes),
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      subject,
      references: [
        ...blobs.map((digest) => ({ kind: 'blob' as const, digest, required: true })),
        ...manifests.map((digest) => ({ kind: 'manifest' as const, digest, required: true })),
      ],
      tags: tags.map((name) => ({ name, mayCreate: true, mayMove: true })),
    });
    return digestOf(bytes);
  }

  async read(repository: RepositoryRecord, digest: string): Promise<Buffer> {
    const { body } = await openBlob(this.registry, this.context, repository, digest, ({ size }) => ({ offset: 0, length: size }));
    const pieces: Buffer[] = [];
    await readBody(this.registry.content, this.context, body, async (piece) => void pieces.push(Buffer.from(piece)));
    return Buffer.concat(pieces);
  }
}

export function sourceOf(bytes: Uint8Array): { bytes: AsyncIterable<Uint8Array>; size: number } {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const half = bytes.length >> 1;
    yield bytes.subarray(0, half);
    yield bytes.subarray(half);
  }
  return { bytes: pieces(), size: bytes.length };
}

