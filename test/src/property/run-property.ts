import { Generation } from './generation.js';
import { Mismatch } from './mismatch.js';
import { describeOperation, generateOperation, runOperation, type Operation } from './operations.js';
import { compareAll, openBuckets } from './operations/interruptions.js';
import { Random } from './random.js';
import { Session } from './session.js';
import { shrink } from './shrink.js';

export interface PropertyOptions {
  readonly seed: number;
  readonly steps: number;
  /** Path of a plugin that the server loads, absolute. */
  readonly plugin?: string;
  /** Bounds of the search for a short list; absent: 500 tries in five minutes. */
  readonly shrinkTries?: number;
  readonly shrinkMilliseconds?: number;
  /** Ends the run early, in order. */
  readonly signal?: AbortSignal;
  /** Called every few seconds with a line for whoever waits. */
  readonly onProgress?: (line: string) => void;
}

export interface PropertyFailure {
  /** Number of the operation that failed, from 1. */
  readonly step: number;
  readonly reason: string;
  /** The shortest failing list that was found, and why its last operation fails. */
  readonly operations: readonly Operation[];
  readonly shrunkReason: string;
  /** The end of the server's log. */
  readonly log: string;
}

export interface PropertyResult {
  readonly seed: number;
  readonly steps: number;
  readonly restarts: number;
  readonly crashes: number;
  readonly seconds: number;
  readonly failure?: PropertyFailure;
}

interface Broken {
  readonly ran: number;
  readonly reason: string;
  /** The server answers, but not as the model. */
  readonly differs: boolean;
}

const PROGRESS_MS = 5_000;
const LOG_END = 3_000;
const SHRINK = { tries: 500, milliseconds: 300_000 };

/**
 * Drives a fresh server and the model with the same random operations, and
 * compares every answer; in the end, everything. The same seed makes the same
 * operations. A failure is shrunk on other fresh servers.
 */
export async function runProperty(options: PropertyOptions): Promise<PropertyResult> {
  const { seed, steps } = options;
  const started = Date.now();
  const session = await Session.start(options.plugin);
  const operations: Operation[] = [];
  let failure: PropertyFailure | undefined;
  try {
    const generation = new Generation(new Random(seed), session.model, session.uploadIds);
    const source = (function* () {
      while (operations.length < steps && !options.signal?.aborted) {
        operations.push(generateOperation(generation));
        yield operations.at(-1)!;
      }
    })();
    const broken = await replay(session, source, progressOf(options, session, operations));
    // Records of the log are JSON; what is printed at the start is of no use here.
    const records = session.log.split('\n').filter((line) => line.startsWith('{')).join('\n');
    if (broken) failure = await explain(options, operations, broken, records.slice(-LOG_END));
  } finally {
    await session.remove();
  }
  const { restarts, crashes } = session;
  return { seed, steps: operations.length, restarts, crashes, seconds: (Date.now() - started) / 1000, failure };
}

function progressOf({ seed, steps, onProgress }: PropertyOptions, session: Session, operations: readonly Operation[]): () => void {
  let next = Date.now() + PROGRESS_MS;
  return () => {
    if (Date.now() < next) return;
    next = Date.now() + PROGRESS_MS;
    onProgress?.(`seed ${seed}: ${operations.length} of ${steps} steps, ${session.restarts} restarts, ${session.crashes} crashes`);
  };
}

/** Runs operations, then compares everything. @returns where and why it broke, if it did */
async function replay(session: Session, operations: Iterable<Operation>, onStep: () => void = () => undefined): Promise<Broken | undefined> {
  let ran = 0;
  let where = '';
  try {
    for (const operation of operations) {
      ran++;
      await runOperation(session, operation);
      onStep();
    }
    where = 'in the closing comparison of everything: ';
    await openBuckets(session);
    await compareAll(session);
    return undefined;
  } catch (error) {
    const differs = error instanceof Mismatch;
    return { ran, reason: where + (differs ? error.message : String((error as Error | undefined)?.stack ?? error)), differs };
  }
}

/** Replays share a server, each in buckets of its own, until one of them breaks more than an expectation. */
export class Replays {
  private session: Session | undefined;
  private count = 0;

  constructor(private readonly plugin?: string) {}

  /** @returns where and why it broke; `undefined` when model and server agree */
  async run(operations: readonly Operation[]): Promise<Broken | undefined> {
    this.session ??= await Session.start(this.plugin);
    this.session.renew(`p${++this.count}`);
    const broken = await replay(this.session, operations);
    if (broken && !broken.differs) await this.end();
    return broken;
  }

  /** The next run begins on a fresh server. */
  async end(): Promise<void> {
    await this.session?.remove();
    this.session = undefined;
  }
}

async function explain(options: PropertyOptions, operations: readonly Operation[], broken: Broken, log: string): Promise<PropertyFailure> {
  const { plugin, onProgress, shrinkTries: tries = SHRINK.tries, shrinkMilliseconds: milliseconds = SHRINK.milliseconds } = options;
  const { ran, reason } = broken;
  onProgress?.(`step ${ran} fails: ${reason}`);
  onProgress?.('looking for a short list of operations that fails …');
  const replays = new Replays(plugin);
  const failed = { step: ran, reason, log };
  try {
    const short = await shrink(operations.slice(0, ran), async (candidate) => (await replays.run(candidate))?.ran, { tries, milliseconds });
    await replays.end();
    const confirmed = await replays.run(short);
    if (confirmed) return { ...failed, operations: short, shrunkReason: confirmed.reason };
    return { ...failed, operations: operations.slice(0, ran), shrunkReason: reason };
  } finally {
    await replays.end();
  }
}

/** Everything that a reader needs: reason, seed, short list, the command that repeats it. */
export function renderFailure({ seed }: PropertyResult, failure: PropertyFailure, options: PropertyOptions): string {
  const plugin = options.plugin === undefined ? '' : ` --plugin ${options.plugin}`;
  return [
    `Model and server differ at step ${failure.step}: ${failure.reason}`,
    `Shortest list that fails (${failure.operations.length} operations): ${failure.shrunkReason}`,
    ...failure.operations.map((operation, index) => `  ${index + 1}. ${describeOperation(operation)}`),
    ...(failure.log === '' ? [] : ['The server wrote at last:', failure.log]),
    `Repeat with: npm run property -- --steps ${options.steps} --seed ${seed}${plugin}`,
  ].join('\n');
}
