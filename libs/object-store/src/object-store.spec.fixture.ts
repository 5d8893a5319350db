import crypto from 'node:crypto';
import type { Admission, BucketRecord, CallContext, Clock, Intent, IntentKind, Outcomes } from '@zas/plugin-api';
import type { BodySource } from '@zas/content-store';
import { ByteBudget, ContentStore, CorruptionLog, HashPool, WriterEpoch, readBody } from '@zas/content-store';
import { MemoryBlobStore, MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import { createBucket, requireBucket } from './buckets.js';
import { openObject } from './find-object.js';
import type { ObjectStore } from './object-store.js';

const MIB = 1024 * 1024;
/** Bodies up to this long travel with their record. */
export const INLINE_BYTES = 100;
/** Shortest part but the last. */
export const MIN_PART_BYTES = 200;
export const OWNER = '111111111111';

/** Whom a test lets in between the use case and its store. */
export type Interruption = (intent: Intent) => void | Promise<void>;

/** A metadata store that tells of every intent before it is done. */
export class WatchedMetadataStore extends MemoryMetadataStore {
  readonly applied: IntentKind[] = [];
  /** What it throws is answered instead. */
  before: Interruption = () => undefined;

  override async apply<K extends IntentKind>(context: CallContext, intent: Extract<Intent, { kind: K }>): Promise<Outcomes[K]> {
    await this.before(intent);
    const outcome = await super.apply(context, intent);
    this.applied.push(intent.kind);
    return outcome;
  }
}

/** The use cases' store over memory, with one bucket. */
export class ObjectStoreFixture {
  readonly context = testContext();
  readonly metadata = new WatchedMetadataStore();
  readonly blobs = new MemoryBlobStore();
  readonly budget = new ByteBudget(4 * MIB, 300);
  readonly admissions: Admission[] = [];
  now = 1_000_000;
  readonly store: ObjectStore;
  bucket!: BucketRecord;
  private readonly hashes = new HashPool(this.budget.memory, 1);
  private readonly epoch: WriterEpoch;

  constructor() {
    const clock: Clock = { now: () => this.now, monotonic: () => this.now };
    const { metadata, blobs, budget, hashes } = this;
    this.epoch = new WriterEpoch(this.context, { metadata, clock, holder: 'fixture', ttlMs: 60_000 });
    this.store = {
      metadata,
      content: new ContentStore({
        blobs,
        ledger: metadata.blobs,
        corruption: new CorruptionLog(metadata, clock),
        budget,
        hashes,
        epoch: this.epoch,
        inlineBytes: INLINE_BYTES,
        flushMs: 50,
      }),
      admissions: this.admissions,
      clock,
      random: (length) => crypto.randomBytes(length).toString('hex').slice(0, length),
      limits: { putBytes: MIB, objectBytes: 2 * MIB, minPartBytes: MIN_PART_BYTES, partCount: 100 },
    };
  }

  static async start(): Promise<ObjectStoreFixture> {
    const fixture = new ObjectStoreFixture();
    await fixture.epoch.start();
    await createBucket(fixture.store, fixture.context, { name: 'bucket', owner: OWNER, region: 'r' });
    fixture.bucket = await requireBucket(fixture.store, fixture.context, 'bucket');
    return fixture;
  }

  /** Ends it; memory that is still held is answered, and should be none. */
  async stop(): Promise<number> {
    await this.epoch.stop();
    await this.hashes.stop();
    return this.budget.usedBytes;
  }

  /** Everything that is under `key` now. */
  async read(key: string): Promise<Buffer> {
    const { body } = await openObject(this.store, this.context, this.name(key), (version) => ({ offset: 0, length: version.size }));
    const pieces: Buffer[] = [];
    await readBody(this.store.content, this.context, body, async (piece) => void pieces.push(Buffer.from(piece)));
    return Buffer.concat(pieces);
  }

  name(key: string) {
    return { bucket: this.bucket, key };
  }
}

/** A body in two pieces. */
export function sourceOf(bytes: Uint8Array, more: Partial<BodySource> = {}): Omit<BodySource, 'maxSize'> {
  const half = bytes.length >> 1;
  return { bytes: pieces([bytes.subarray(0, half), bytes.subarray(half)]), size: bytes.length, ...more };
}

async function* pieces(list: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* list;
}

/** What a test object says about itself. */
export const DESCRIPTION = { headers: { contentType: 'text/plain' }, userMetadata: {}, storageClass: 'STANDARD', owner: OWNER } as const;
