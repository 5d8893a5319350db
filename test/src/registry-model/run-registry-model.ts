import fs from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { collectArtifacts, createRepository, expireUploads, retainTags, type ArtifactRegistry, type RepositoryRules } from '@zas/artifact-registry';
import { ContentStore, CorruptionLog, SessionBytes, WriterEpoch, collectOrphans, collectUnreferenced } from '@zas/content-store';
import type { BlobStore, CallContext, Clock, Intent, MetadataStore, RepositoryRecord } from '@zas/plugin-api';
import { MemoryBlobStore, testContext } from '@zas/plugin-testkit';
import { createWorld, type World } from '../cleanup/model-process.js';
import { openStores, type OpenStores } from '../crash/open-stores.js';
import { Random } from '../property/random.js';
import { Catalogue } from './catalogue.js';
import { compareBytes, compareContents, compareRegistry, leftOver } from './compare-registry.js';
import { COLLECTION, ModelRepository, RETENTION, ReferenceModel } from './reference-model.js';
import { RegistryVisit } from './registry-visit.js';
import { Turnstile, turnstiledBlobs, turnstiledMetadata } from './turnstile.js';

export interface RegistryModelOptions {
  readonly steps: number;
  readonly seed: number;
  /** Alters intents on their way to the store, as a broken server would: shows that the test finds it. */
  readonly change?: (who: string, intent: Intent) => Intent;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface RegistryModelResult {
  /** Calls of the registry. */
  readonly steps: number;
  /** Intents that were applied or refused. */
  readonly commits: number;
  readonly collected: number;
  readonly comparisons: number;
  /** Times that all that may go had gone. */
  readonly quiescences: number;
  readonly problems: readonly string[];
  readonly seconds: number;
}

const MOST_VISITS = 10;
const STRETCH = 400;
const QUIET_STRETCHES = 12;
const PROGRESS_MS = 10_000;
const INLINE_BYTES = 300;
const DELAY_MS = 100_000;
const IDLE_MS = 150_000;
/** Longer than a read may take. */
const GRACE_MS = 60_000;
/** Beyond the end of any run; also a time that timers take. */
const LEASE_MS = 6_000_000_000;
/** Collections until all is gone at the latest: each level of what holds others counts as unused only once the one above is gone. */
const LEVELS = 40;

const RULES: RepositoryRules = { isImmutable: () => false, sparseIndexes: false, deleteHeldManifests: false, deleteReferencedBlobs: false, collectUntagged: false };

/** Of each repository. */
const REPOSITORIES: readonly RepositoryRules[] = [
  { ...RULES, isImmutable: (tag) => tag === 'fixed' },
  { ...RULES, collectUntagged: true },
  { ...RULES, collectUntagged: true, sparseIndexes: true, deleteHeldManifests: true },
  { ...RULES, collectUntagged: true, deleteReferencedBlobs: true, retention: { keep: [{ patterns: [/^v/], mostRecentlyPushed: 1 }, { patterns: [/^latest$/] }], delayMs: DELAY_MS, dryRun: false } },
];

/**
 * Many clients, collections, expiries and retentions of one registry at once over the
 * SQLite store, each call of a store waiting for a turn that the seed gives. A model
 * in plain maps says of every commit what it should have been; now and then all is
 * brought to rest and compared. Ends at the first problem.
 */
export async function runRegistryModel(options: RegistryModelOptions): Promise<RegistryModelResult> {
  const started = Date.now();
  // A disk in memory, where there is one: what is tested is not its syncs.
  const folder = await fs.mkdtemp(path.join(existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'zas-registry-model-'));
  try {
    const stores = await openStores(folder);
    try {
      const run = new RegistryModelRun(options, stores);
      await run.all();
      return { ...run.counts(), seconds: (Date.now() - started) / 1000 };
    } finally {
      await stores.close();
    }
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

class RegistryModelRun {
  private readonly random: Random;
  private readonly context = testContext();
  private now = 1_000_000_000;
  private readonly clock: Clock = { now: () => this.now, monotonic: () => this.now };
  private readonly blobs = new MemoryBlobStore();
  private readonly metadata: MetadataStore;
  private readonly world: World;
  private readonly turnstile: Turnstile;
  private readonly catalogue: Catalogue;
  private readonly model = new ReferenceModel(DELAY_MS, () => this.now);
  private readonly repositories: RepositoryRecord[] = [];
  private readonly rules = new Map<string, RepositoryRules>();
  private readonly problems: string[] = [];
  private epoch!: WriterEpoch;
  /** Whose calls wait for their turns. */
  private held!: ArtifactRegistry;
  /** Over the stores themselves, to look at them. */
  private plain!: ArtifactRegistry;
  private starts = 0;
  private steps = 0;
  private active = 0;
  private comparisons = 0;
  private quiescences = 0;

  constructor(
    private readonly options: RegistryModelOptions,
    stores: OpenStores,
  ) {
    this.random = new Random(options.seed);
    this.metadata = stores.metadata;
    this.world = createWorld({ metadata: this.metadata, blobs: this.blobs, clock: this.clock });
    this.turnstile = new Turnstile(this.random, (applied) => this.report(this.model.observe(applied)));
    this.catalogue = new Catalogue(this.random);
  }

  async all(): Promise<void> {
    await this.restart();
    for (const [index, rules] of REPOSITORIES.entries()) {
      const repository = await createRepository(this.plain, this.context, `team/app-${index}`, '111111111111');
      this.repositories.push(repository);
      this.rules.set(repository.name, rules);
      this.model.repositories.set(repository.id, new ModelRepository(repository.id, repository.name, rules));
    }
    let progress = Date.now() + PROGRESS_MS;
    for (let stretch = 1; this.steps < this.options.steps && this.goesOn; stretch++) {
      await this.stretch(Math.min(this.options.steps, this.steps + STRETCH));
      await this.compare();
      if (stretch % QUIET_STRETCHES === 0 && this.goesOn) await this.quiesce();
      if (Date.now() < progress) continue;
      progress = Date.now() + PROGRESS_MS;
      this.options.onProgress?.(`${this.steps} steps, ${this.model.commits} commits, ${this.model.collected} collected, ${this.quiescences} times at rest`);
    }
    if (this.goesOn) await this.quiesce();
    await this.epoch.stop();
  }

  counts() {
    const { steps, comparisons, quiescences, problems } = this;
    const { commits, collected } = this.model;
    return { steps, commits, collected, comparisons, quiescences, problems };
  }

  private get goesOn(): boolean {
    return this.problems.length === 0 && !this.options.signal?.aborted;
  }

  /** Clients and background work at once, until so many steps are done and all came to their end. */
  private async stretch(until: number): Promise<void> {
    const { random, turnstile } = this;
    for (let idle = 0; idle < 100_000; ) {
      while (this.active < MOST_VISITS && this.steps < until && this.goesOn) this.begin();
      if (this.active === 0) return;
      if (turnstile.isEmpty) {
        idle++;
        await nextTurn();
        continue;
      }
      idle = 0;
      await turnstile.letSomePass();
      if (random.chance(0.2)) this.now += random.integer(0, DELAY_MS / 100);
      else if (random.chance(0.01)) this.now += random.integer(DELAY_MS / 2, 2 * DELAY_MS);
    }
    this.report(['A call never came to its end']);
  }

  private begin(): void {
    const { random } = this;
    this.active++;
    const work = random.chance(0.15) ? this.backgroundWork() : this.visit();
    void work
      .catch((error: unknown) => this.report([String((error as Error | undefined)?.stack ?? error)]))
      .finally(() => this.active--);
  }

  private async visit(): Promise<void> {
    const { held: registry, model, catalogue, repositories } = this;
    // Choices of its own, so that its course does not depend on what others choose meanwhile.
    const random = new Random(this.random.integer(0, 2 ** 31));
    const step = () => void this.steps++;
    await new RegistryVisit({ registry, model, catalogue, repositories, random, context: contextOf('client'), graceMs: GRACE_MS, step, report: (problem) => this.report([problem]) }).run();
  }

  private async backgroundWork(): Promise<void> {
    const { held: registry, random } = this;
    this.steps++;
    const work = random.weighted<() => Promise<unknown>>([
      { weight: 4, value: () => collectArtifacts(registry, contextOf(COLLECTION), () => undefined) },
      { weight: 1, value: () => expireUploads(registry, contextOf('expiry')) },
      { weight: 1, value: () => retainTags(registry, contextOf(RETENTION), () => undefined) },
      { weight: 2, value: () => collectUnreferenced(this.collector(registry.metadata, registry.content.blobs), contextOf('clean-up')) },
    ]);
    await work();
  }

  private collector(metadata: MetadataStore, blobs: BlobStore) {
    return { metadata, blobs, clock: this.clock, graceMs: GRACE_MS, holder: 'model' };
  }

  /** Everything is at rest. */
  private async compare(): Promise<void> {
    this.comparisons++;
    this.report(await compareRegistry(this.plain, this.model, this.catalogue));
    this.report(await compareContents(this.plain, this.model, INLINE_BYTES));
  }

  /** All delays pass, all that may go goes; now and then the process starts anew. */
  private async quiesce(): Promise<void> {
    const { plain, model } = this;
    this.now += IDLE_MS + 1;
    await this.alone((registry) => expireUploads(registry, contextOf('expiry')));
    for (let level = 0; level < LEVELS && leftOver(model).length > 0; level++) {
      this.now += DELAY_MS + 1;
      await this.alone((registry) => collectArtifacts(registry, contextOf(COLLECTION), () => undefined));
    }
    this.report(leftOver(model));
    if (this.random.chance(0.3)) await this.restart();
    this.now += GRACE_MS + 1;
    await collectOrphans(this.collector(this.metadata, this.blobs), this.context);
    while (await collectUnreferenced(this.collector(this.metadata, this.blobs), this.context));
    await this.compare();
    this.report(await compareBytes(plain, this.blobs));
    while ((await this.metadata.apply<'trim-feed'>(this.context, { kind: 'trim-feed', keepAtMost: 0, limit: 10_000 })).removed === 10_000);
    this.quiescences++;
  }

  /** Work that is observed, with nothing beside it. */
  private async alone(work: (registry: ArtifactRegistry) => Promise<unknown>): Promise<void> {
    let ended = false;
    const done = work(this.held).finally(() => (ended = true));
    while (!ended) await (this.turnstile.isEmpty ? nextTurn() : this.turnstile.letSomePass());
    await done;
  }

  /** A new process: another epoch, no upload in its memory. */
  private async restart(): Promise<void> {
    const { metadata, blobs, clock, context, turnstile } = this;
    await this.epoch?.stop();
    this.epoch = new WriterEpoch(context, { metadata, clock, holder: `model-${this.starts++}`, ttlMs: LEASE_MS });
    await this.epoch.start();
    const change = this.options.change ?? ((_who, intent) => intent);
    this.plain = this.registryOver(metadata, blobs);
    this.held = this.registryOver(turnstiledMetadata(metadata, turnstile, change), turnstiledBlobs(blobs, turnstile));
  }

  private registryOver(metadata: MetadataStore, blobs: BlobStore): ArtifactRegistry {
    const { clock, epoch, random } = this;
    const { budget, hashes } = this.world;
    const corruption = new CorruptionLog(metadata, clock);
    const content = new ContentStore({ blobs, ledger: metadata.blobs, corruption, budget, hashes, epoch, inlineBytes: INLINE_BYTES, flushMs: 10_000 });
    return {
      ...{ metadata, content, clock },
      sessions: new SessionBytes(content),
      random: (length) => Array.from({ length }, () => random.integer(0, 31).toString(32)).join(''),
      limits: { blobBytes: 2 ** 20, uploadIdleMs: IDLE_MS, collectDelayMs: DELAY_MS },
      rulesOf: (name) => this.rules.get(name) ?? RULES,
    };
  }

  private report(problems: readonly string[]): void {
    for (const problem of problems) this.problems.push(`after ${this.steps} steps: ${problem}`);
  }
}

/** The model knows by the request who did it. */
function contextOf(requestId: string): CallContext {
  return testContext({ requestId });
}
