import { ByteBudget, ContentStore, CorruptionLog, EPOCH_LEASES, RunningDigests, WriterEpoch, type CollectorParts, type HashPool } from '@zas/content-store';
import type { ObjectStore } from '@zas/object-store';
import type { BlobStore, CallContext, Clock, MetadataStore } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import { Random } from '../property/random.js';
import { Fate, unreliableBlobs, unreliableMetadata } from './unreliable-stores.js';

const MIB = 2 ** 20;
export const INLINE_BYTES = 64;
export const GRACE_MS = 100_000;
/** Shorter than the grace period, as in the server. */
export const LEASE_MS = 30_000;

/** What all processes share: the stores, the clock and memory. */
export interface World {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly budget: ByteBudget;
  readonly hashes: HashPool;
}

export function createWorld(stores: Pick<World, 'metadata' | 'blobs' | 'clock'>): World {
  const budget = new ByteBudget(32 * MIB, 10_000);
  return { ...stores, budget, hashes: hashInPlace(budget) };
}

/** Hashes without threads, whose answers would come in another order in each run. */
function hashInPlace(budget: ByteBudget): HashPool {
  const begin: HashPool['begin'] = (request) => {
    const digests = new RunningDigests(request);
    return {
      update: async (offset, length) => digests.update(new Uint8Array(budget.memory, offset, length)),
      finish: async () => digests.finish(),
      drop: () => undefined,
    };
  };
  return { begin } as unknown as HashPool;
}

/** The use cases' store over these stores. */
export function objectStoreOver(world: World, { metadata, blobs }: Pick<World, 'metadata' | 'blobs'>, epoch: WriterEpoch, random: Random): ObjectStore {
  const { clock, budget, hashes } = world;
  const content = new ContentStore({
    blobs,
    ledger: metadata.blobs,
    corruption: new CorruptionLog(metadata, clock),
    budget,
    hashes,
    epoch,
    inlineBytes: INLINE_BYTES,
    flushMs: 1000,
  });
  const text = (length: number) => Array.from({ length }, () => random.integer(0, 31).toString(32)).join('');
  return { metadata, content, admissions: [], clock, random: text, limits: { putBytes: MIB, objectBytes: MIB, minPartBytes: 1, partCount: 100 } };
}

/** One server process: its own epoch, writers and clean-up over the shared stores, until it crashes. */
export class ModelProcess {
  readonly fate: Fate;
  readonly context: CallContext = testContext();
  readonly store: ObjectStore;
  readonly collector: CollectorParts;
  private readonly epoch: WriterEpoch;

  private constructor(
    private readonly world: World,
    private readonly holder: string,
    seed: number,
  ) {
    this.fate = new Fate(new Random(seed));
    const [metadata, blobs] = [unreliableMetadata(world.metadata, this.fate), unreliableBlobs(world.blobs, this.fate)];
    // Renewed by the driver: the clock is not the machine's.
    this.epoch = new WriterEpoch(this.context, { metadata, clock: world.clock, holder, ttlMs: LEASE_MS });
    this.store = objectStoreOver(world, { metadata, blobs }, this.epoch, this.fate.random);
    this.collector = { metadata, blobs, clock: world.clock, graceMs: GRACE_MS, holder };
  }

  static async start(world: World, holder: string, seed: number): Promise<ModelProcess> {
    const process = new ModelProcess(world, holder, seed);
    await process.epoch.start();
    return process;
  }

  /** False once another process closed its epoch: its uploads then lose their bytes, and its intents fail. */
  async holdsLease(): Promise<boolean> {
    const lease = await this.world.metadata.leases.find(this.context, EPOCH_LEASES + this.holder);
    return lease?.fence === this.epoch.nextLocator().epoch;
  }

  /** What the server does every ten seconds. @returns false when the lease was lost: the process must start anew */
  async renew(): Promise<boolean> {
    const { metadata, blobs, clock } = this.world;
    const asked = this.store.content.doubtful.take();
    const name = EPOCH_LEASES + this.holder;
    if (!(await this.holdsLease())) return false;
    const { epoch: fence } = this.epoch.nextLocator();
    await metadata.apply(this.context, { kind: 'renew-lease', name, fence, ttlMs: LEASE_MS, at: clock.now() });
    await this.store.content.doubtful.resolve(asked, metadata, blobs, this.context);
    return true;
  }

  /** Ends it in an orderly way. */
  async stop(): Promise<void> {
    await this.epoch.stop();
    this.fate.crash();
  }
}
