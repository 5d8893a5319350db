import { WriterEpoch, collectOrphans, collectUnreferenced, type CollectorParts } from '@zas/content-store';
import { createBucket, requireBucket, type ObjectStore } from '@zas/object-store';
import type { BucketRecord, CallContext } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import { MemoryBlobStore, MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import { Random } from '../property/random.js';
import { compareLedger, deleteEverything, readEverything } from './check-world.js';
import { GRACE_MS, LEASE_MS, ModelProcess, createWorld, objectStoreOver, type World } from './model-process.js';
import { ModelWriter, type ModelUpload } from './model-writer.js';

export interface CleanupOptions {
  readonly steps: number;
  readonly seed: number;
  /** Does one step of the clean-up; a broken one shows that the test finds it. */
  readonly collect?: (parts: CollectorParts, context: CallContext, random: Random) => Promise<void>;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface CleanupResult {
  /** Operations of writers and steps of the clean-up. */
  readonly steps: number;
  readonly crashes: number;
  /** Times that everything stood still and records and bytes were compared. */
  readonly quiescences: number;
  /** Blobs that were removed. */
  readonly removed: number;
  /** What went although something refers to it, and what stayed although nothing does. */
  readonly problems: readonly string[];
  readonly seconds: number;
}

const BUCKET = 'bucket';
const WRITERS = 3;
const MOST_PROCESSES = 3;
const MOST_OPERATIONS = 8;
const QUIET_BATCHES = 20;
const PROGRESS_STEPS = 50_000;
/** A batch takes less of the clock than a read may take. */
const BATCH_MS = GRACE_MS / 4;

/**
 * Writers and clean-ups of several processes at once over stores in memory that let
 * others run at every call; processes crash, stall and start meanwhile. After each
 * batch every object is read; now and then all is brought to rest and what is stored
 * is compared with what is recorded. Ends at the first problem.
 */
export async function runCleanup(options: CleanupOptions): Promise<CleanupResult> {
  const run = new CleanupRun(options);
  const started = Date.now();
  await run.all();
  return { ...run.counts(), seconds: (Date.now() - started) / 1000 };
}

/** A step as the server's jobs do them. */
export async function collectStep(parts: CollectorParts, context: CallContext, random: Random): Promise<void> {
  if (random.chance(0.5)) await collectUnreferenced(parts, context);
  else await collectOrphans(parts, context);
}

class CountingBlobStore extends MemoryBlobStore {
  removed = 0;

  override async delete(context: CallContext, locator: string): Promise<void> {
    if (this.blobs.has(locator)) this.removed++;
    await super.delete(context, locator);
  }
}

class CleanupRun {
  private readonly random: Random;
  private now = 1_000_000;
  private readonly blobs = new CountingBlobStore();
  private readonly metadata = new MemoryMetadataStore();
  private readonly world: World;
  private readonly context = testContext();
  /** Over the stores themselves, to look at them. */
  private readonly observer: ObjectStore;
  private readonly uploads = new Set<ModelUpload>();
  private readonly problems: string[] = [];
  private bucket!: BucketRecord;
  private processes: ModelProcess[] = [];
  private steps = 0;
  private crashes = 0;
  private quiescences = 0;
  private holders = 0;

  constructor(private readonly options: CleanupOptions) {
    this.random = new Random(options.seed);
    const clock = { now: () => this.now, monotonic: () => this.now };
    this.world = createWorld({ metadata: this.metadata, blobs: this.blobs, clock });
    const { metadata, blobs } = this;
    const epoch = new WriterEpoch(this.context, { metadata, clock, holder: 'observer', ttlMs: LEASE_MS });
    this.observer = objectStoreOver(this.world, { metadata, blobs }, epoch, this.random);
  }

  async all(): Promise<void> {
    const { observer, context, random } = this;
    await createBucket(observer, context, { name: BUCKET, owner: '111111111111', region: 'us-east-1' });
    this.bucket = await requireBucket(observer, context, BUCKET);
    let progress = PROGRESS_STEPS;
    for (let batch = 1; this.steps < this.options.steps && this.problems.length === 0 && !this.options.signal?.aborted; batch++) {
      await this.batch();
      this.report('gone', await readEverything(observer, this.bucket));
      await this.betweenBatches();
      if (batch % QUIET_BATCHES === 0) await this.quiesce(random.chance(0.2));
      if (this.steps < progress) continue;
      this.options.onProgress?.(`${this.steps} steps, ${this.crashes} crashes, ${this.quiescences} times at rest`);
      progress += PROGRESS_STEPS;
    }
    if (this.problems.length === 0) await this.quiesce(true);
  }

  counts() {
    const { steps, crashes, quiescences, problems } = this;
    return { steps, crashes, quiescences, removed: this.blobs.removed, problems };
  }

  /** Everybody at once. */
  private async batch(): Promise<void> {
    const { random } = this;
    if (this.processes.length === 0) await this.startProcess();
    const tasks = this.processes.flatMap((process) => [
      ...Array.from({ length: WRITERS }, () => this.write(process, random.integer(1, MOST_OPERATIONS))),
      this.collect(process, random.integer(0, 4)),
    ]);
    if (this.processes.length < MOST_PROCESSES && random.chance(0.15)) tasks.push(this.startProcess().then((process) => this.write(process, MOST_OPERATIONS)));
    if (random.chance(0.15)) tasks.push(this.crash(random.pick(this.processes)));
    tasks.push(this.passTime());
    await Promise.all(tasks);
  }

  private async startProcess(): Promise<ModelProcess> {
    const process = await ModelProcess.start(this.world, `process-${this.holders++}`, this.random.integer(0, 2 ** 31));
    this.processes.push(process);
    return process;
  }

  private async write(process: ModelProcess, operations: number): Promise<void> {
    const writer = new ModelWriter(process, this.bucket, this.uploads, new Random(this.random.integer(0, 2 ** 31)));
    for (let i = 0; i < operations && !process.fate.crashed; i++) {
      const problem = await writer.step();
      this.steps++;
      if (problem !== undefined) this.report('gone', [problem]);
    }
  }

  private async collect(process: ModelProcess, times: number): Promise<void> {
    const step = this.options.collect ?? collectStep;
    for (let i = 0; i < times; i++) {
      await step(process.collector, process.context, this.random).catch((error: unknown) => {
        if (!isStoreError(error) || error.code === 'internal') throw error;
      });
      this.steps++;
    }
  }

  private async crash(process: ModelProcess): Promise<void> {
    for (let turns = this.random.integer(0, 20); turns > 0; turns--) await process.fate.pause().catch(() => undefined);
    process.fate.crash();
    this.crashes++;
  }

  private async passTime(): Promise<void> {
    const until = this.now + this.random.integer(0, BATCH_MS);
    while (this.now < until) {
      await new Promise((resolve) => setImmediate(resolve));
      this.now = Math.min(until, this.now + BATCH_MS / 20);
    }
  }

  /** Leases are renewed, by those who do not stall; then time passes. */
  private async betweenBatches(): Promise<void> {
    const { random } = this;
    const alive: ModelProcess[] = [];
    for (const process of this.processes) {
      if (process.fate.crashed) continue;
      // Who has lost the lease does not go on for longer than a batch, as requests have an end.
      const stalls = random.chance(0.05) && (await process.holdsLease());
      if (stalls || (await process.renew())) alive.push(process);
      else process.fate.crash();
    }
    this.processes = alive;
    this.now += random.pick([0, 0, LEASE_MS / 4, LEASE_MS, GRACE_MS * 1.5]);
  }

  /** All processes end, all times pass, the clean-up runs to its end. */
  private async quiesce(emptied: boolean): Promise<void> {
    const { observer, context, metadata, blobs } = this;
    for (const process of this.processes) {
      if (this.random.chance(0.5)) await process.stop().catch(() => undefined);
      process.fate.crash();
    }
    this.processes = [];
    if (emptied) {
      await deleteEverything(observer, this.bucket);
      this.uploads.clear();
    }
    this.now += LEASE_MS + 2 * GRACE_MS;
    const parts = { metadata, blobs, clock: this.world.clock, graceMs: GRACE_MS, holder: 'observer' };
    await collectOrphans(parts, context);
    while (await collectUnreferenced(parts, context));
    this.report('left', await compareLedger(observer, blobs));
    if (emptied && blobs.blobs.size > 0) this.report('left', [`${blobs.blobs.size} blobs in an empty bucket`]);
    this.report('gone', await readEverything(observer, this.bucket));
    // The double keeps its whole feed in memory.
    await metadata.apply(context, { kind: 'trim-feed', keepAtMost: 0, limit: 1_000_000 });
    this.quiescences++;
  }

  private report(kind: string, problems: readonly string[]): void {
    for (const problem of problems) this.problems.push(`${kind}: ${problem}`);
  }
}
