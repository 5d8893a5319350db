import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerProcess } from '../harness/server-process.js';
import { Random } from '../property/random.js';
import { auditStorage } from './audit-storage.js';
import { BucketDoor } from './bucket-door.js';
import type { CrashDoor } from './crash-door.js';
import { CRASH_PLUGIN, describePlan, planCrash, type CrashPlan } from './crash-points.js';
import { LEAST_PART } from './crash-uploads.js';
import type { Findings } from './findings.js';
import { INLINE_BYTES, runClient } from './load-client.js';
import { REGISTRY_CONFIG, RegistryDoor } from './registry-door.js';

export interface CrashOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Clients are of the registry, else of S3. */
  readonly oci?: boolean;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface CrashResult {
  readonly rounds: number;
  readonly kills: number;
  /** Kills at a named point, among them. */
  readonly killsAtPoints: number;
  /** Writes acknowledged. */
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly torn: readonly string[];
  readonly leaked: readonly string[];
  readonly seconds: number;
}

const AUDIT_ROUNDS = 10;
/** When a named point is not reached, the server is killed after this. */
const POINT_MS = 1200;
/** Load after a start that was interrupted once. */
const STARTED_MS = 100;

/**
 * Kills a server under load again and again, on the same data folder, and checks
 * after each restart that what was acknowledged is there. The folder is removed
 * when nothing was found.
 */
export async function runCrash(options: CrashOptions): Promise<CrashResult> {
  const started = Date.now();
  const run = new CrashRun(options);
  try {
    await run.all();
  } finally {
    await run.end();
  }
  return { ...run.counts(), seconds: (Date.now() - started) / 1000 };
}

class CrashRun {
  private readonly random: Random;
  private readonly door: CrashDoor;
  private readonly findings: Findings = { lost: [], torn: [] };
  private readonly leaked: string[] = [];
  private dataDir: string | undefined;
  private server: ServerProcess | undefined;
  private rounds = 0;
  private kills = 0;
  private killsAtPoints = 0;
  private whole = false;

  constructor(private readonly options: CrashOptions) {
    this.random = new Random(options.seed);
    this.door = options.oci ? new RegistryDoor(this.random) : new BucketDoor();
  }

  async all(): Promise<void> {
    this.dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-crash-'));
    for (let round = 0; round < this.options.rounds && !this.options.signal?.aborted; round++) {
      await this.round(planCrash(round, this.door.calls, this.random), round);
      this.rounds++;
      if (this.rounds % AUDIT_ROUNDS === 0) await this.audit();
    }
    // What the last round left has not been looked at yet.
    await this.verify({ kind: 'instant', afterMs: 0 });
    await this.server?.stop('SIGKILL');
    await this.audit();
    this.whole = true;
  }

  counts() {
    const { rounds, kills, killsAtPoints, door, findings, leaked } = this;
    return { rounds, kills, killsAtPoints, acknowledged: door.acknowledged, ...findings, leaked };
  }

  async end(): Promise<void> {
    await this.server?.stop('SIGKILL');
    const clean = this.whole && this.findings.lost.length + this.findings.torn.length + this.leaked.length === 0;
    if (clean && this.dataDir) await fs.rm(this.dataDir, { recursive: true, force: true });
    else this.options.onProgress?.(`the data is kept in ${this.dataDir}`);
  }

  private async round(plan: CrashPlan, round: number): Promise<void> {
    const before = this.door.acknowledged;
    await this.verify(plan);
    await this.load(plan, round);
    this.kills++;
    this.options.onProgress?.(`round ${round + 1}: killed ${describePlan(plan)}, ${this.door.acknowledged - before} writes acknowledged`);
  }

  /** Starts the server, once more when it was to be killed while it starts, and reads everything back. */
  private async verify(plan: CrashPlan): Promise<void> {
    if (plan.kind === 'point' && plan.starting) {
      // A point that the start does not reach lets it come up; it is killed then.
      await this.start(plan).catch(() => undefined);
      await this.server?.stop('SIGKILL');
      this.kills++;
      this.server = undefined;
    }
    this.server = await this.start(plan.kind === 'point' && !plan.starting ? plan : undefined);
    const { lost, torn } = await this.door.verify(this.server.url);
    for (const finding of lost) this.report('lost', finding, this.findings.lost);
    for (const finding of torn) this.report('torn', finding, this.findings.torn);
  }

  private async start(plan: (CrashPlan & { kind: 'point' }) | undefined): Promise<ServerProcess> {
    await fs.rm(this.armFile, { force: true });
    const server = await ServerProcess.start({
      dataDir: this.dataDir,
      config: {
        log: { level: 'error' },
        limits: { inlineBytes: INLINE_BYTES, minPartBytes: LEAST_PART, requestSeconds: 5, collectGraceSeconds: 5.1, collectIntervalSeconds: 0.1 },
        oci: REGISTRY_CONFIG,
        plugins: [{ use: CRASH_PLUGIN, config: plan ? { point: plan.point, call: plan.call, armedBy: plan.starting ? undefined : this.armFile } : {} }],
      },
    });
    this.server = server;
    return server;
  }

  private get armFile(): string {
    return path.join(this.dataDir!, 'crash-armed');
  }

  private async load(plan: CrashPlan, round: number): Promise<void> {
    const server = this.server!;
    await fs.writeFile(this.armFile, '');
    const connections = Array.from({ length: this.random.integer(8, 16) }, (_, slot) =>
      this.door.connect(server.url, `r${round}c${slot}`, slot, new Random(this.random.integer(0, 2 ** 31))),
    );
    const running = Promise.all(connections.map(({ client }) => runClient(client).catch((error: Error) => this.report('torn', error.message, this.findings.torn))));
    const byPoint = plan.kind === 'point' && !plan.starting;
    const limit = new AbortController();
    const wait = plan.kind === 'instant' ? plan.afterMs : plan.starting ? STARTED_MS : POINT_MS;
    const late = delay(wait, false, { signal: limit.signal }).catch(() => false);
    const ended = await Promise.race([running.then(() => true), late]);
    if (byPoint && ended) this.killsAtPoints++;
    limit.abort();
    await server.stop('SIGKILL');
    await running;
    for (const connection of connections) connection.close();
  }

  private async audit(): Promise<void> {
    for (const finding of await auditStorage(this.dataDir!)) this.report('leaked', finding, this.leaked);
    this.door.audited();
  }

  private report(kind: string, finding: string, list: string[]): void {
    list.push(finding);
    this.options.onProgress?.(`${kind.toUpperCase()} after ${this.kills} kills: ${finding}`);
  }
}
