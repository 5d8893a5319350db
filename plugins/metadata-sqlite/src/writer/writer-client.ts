import { Worker } from 'node:worker_threads';
import { StoreError, type CallContext, type Intent, type Logger } from '@zas/plugin-api';
import { CheckpointSchedule } from './checkpoint-schedule.js';
import {
  encodeCommand,
  packCommands,
  weightOf,
  type CommandResult,
  type EncodedCommand,
  type GroupAnswer,
  type WalState,
  type WriterData,
} from './messages.js';

export interface WriterLimits {
  readonly queueMaxIntents: number;
  readonly queueMaxBytes: number;
}

/** Starts a worker thread from a compiled file beside this one. */
export type StartWorker = (file: 'writer-worker.js' | 'checkpoint-worker.js', data: WriterData) => Worker;

/** Short-lived objects only: small heaps keep the process small and lose nothing. */
const HEAPS = {
  'writer-worker.js': { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 },
  'checkpoint-worker.js': { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 32 },
};

const startThread: StartWorker = (file, data) =>
  new Worker(new URL(`./${file}`, import.meta.url), { workerData: data, resourceLimits: HEAPS[file] });

/** Told of each commit, for measuring. */
export type CommitObserver = (intents: number, seconds: number) => void;

interface Pending {
  readonly command: EncodedCommand;
  readonly weight: number;
  resolve(outcome: unknown): void;
  reject(error: StoreError): void;
}

/** After a writer died, the next one is not started sooner than this. */
const RESTART_PAUSE_MS = 500;

/**
 * The main thread's side of the writer: gathers the intents of one event-loop turn
 * into one message, settles each from the answer, and starts the worker anew when
 * it died, whose open intents are then rejected because nobody knows their fate.
 */
export class WriterClient {
  readonly #data: WriterData;
  readonly #limits: WriterLimits;
  readonly #logger: Logger;
  readonly #observe: CommitObserver;
  readonly #start: StartWorker;
  readonly #checkpoints: CheckpointSchedule;
  #worker: Worker | undefined;
  #copier: Worker | undefined;
  #gathered: Pending[] = [];
  #sent: Pending[] = [];
  #waitingBytes = 0;
  #failure: string | undefined;
  #restarts = 0;
  #diedAt = -Infinity;
  #stopped = false;

  constructor(data: WriterData, limits: WriterLimits, logger: Logger, observe: CommitObserver, start = startThread) {
    this.#start = start;
    this.#data = data;
    this.#limits = limits;
    this.#logger = logger;
    this.#observe = observe;
    this.#checkpoints = new CheckpointSchedule(
      {
        copy: () => this.#copyLog(),
        finish: () => this.#worker?.postMessage({ finishCheckpoint: true }),
        reclaim: () => this.#worker?.postMessage({ reclaim: true }),
      },
      data.walResetMegabytes,
    );
  }

  /** Why the last commit failed; cleared by the next one that succeeds. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Times that a writer died and was replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  get waitingIntents(): number {
    return this.#gathered.length + this.#sent.length;
  }

  get walBytes(): number {
    return this.#checkpoints.walBytes;
  }

  /** Resolves when the writer is ready; rejects with why it is not. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#startWorker(resolve, reject);
    });
  }

  /** Resolves with the intent's outcome once its commit is durable. */
  apply(context: CallContext, intent: Intent): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const command = encodeCommand(context, intent);
      const weight = weightOf(command);
      const refusal = this.#refusal(context, weight);
      if (refusal) throw refusal;
      if (this.#gathered.length === 0) setImmediate(() => this.#send());
      this.#gathered.push({ command, weight, resolve, reject });
      this.#waitingBytes += weight;
    });
  }

  #refusal(context: CallContext, weight: number): StoreError | undefined {
    if (context.signal.aborted) return new StoreError('aborted', 'Nobody waits for the answer');
    if (this.#stopped) return unavailable('The metadata store is stopped');
    if (!this.#worker && performance.now() - this.#diedAt < RESTART_PAUSE_MS) return unavailable('The metadata writer died');
    if (this.waitingIntents >= this.#limits.queueMaxIntents || this.#waitingBytes + weight > this.#limits.queueMaxBytes) {
      return new StoreError('slow-down', 'Too many metadata writes wait');
    }
    return undefined;
  }

  #send(): void {
    const batch = this.#gathered;
    this.#gathered = [];
    if (batch.length === 0) return;
    if (!this.#worker) this.#restart();
    const message = packCommands(batch.map(({ command }) => command));
    this.#sent.push(...batch);
    this.#worker?.postMessage(message, [message.bytes]);
  }

  #restart(): void {
    this.#restarts++;
    this.#logger.warn('Metadata writer restarted', { restarts: this.#restarts });
    this.#startWorker(
      () => undefined,
      () => undefined,
    );
  }

  #startWorker(ready: () => void, failed: (error: Error) => void): void {
    const worker = this.#start('writer-worker.js', this.#data);
    this.#worker = worker;
    worker.on('message', (message: 'ready' | GroupAnswer) => {
      if (message === 'ready') ready();
      else this.#settle(message);
    });
    worker.on('error', (error) => {
      this.#died(worker, error);
      failed(unavailable('The metadata writer could not start', error));
    });
    worker.on('exit', () => {
      this.#died(worker, undefined);
      failed(unavailable('The metadata writer ended'));
    });
  }

  #settle(answer: GroupAnswer): void {
    const results = JSON.parse(answer.results) as CommandResult[];
    const settled = this.#sent.splice(0, results.length);
    this.#noteFailure(answer.failure);
    if (results.length > 0) this.#observe(results.length, answer.seconds);
    if (answer.wal) this.#checkpoints.committed(answer.wal);
    settled.forEach((pending, i) => {
      const result = results[i]!;
      this.#waitingBytes -= pending.weight;
      if ('ok' in result) pending.resolve(result.ok);
      else pending.reject(new StoreError(result.error.code, result.error.message, { details: result.error.details }));
    });
  }

  #noteFailure(failure: string | undefined): void {
    if (failure !== undefined && this.#failure === undefined) {
      this.#logger.error('Metadata commits fail', { reason: failure });
    }
    if (failure === undefined && this.#failure !== undefined) this.#logger.info('Metadata commits succeed again');
    this.#failure = failure;
  }

  #died(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#diedAt = performance.now();
    if (!this.#stopped) {
      this.#failure = 'The metadata writer died';
      this.#logger.error('Metadata writer died', { error });
    }
    const lost = this.#sent;
    this.#sent = [];
    for (const { weight, reject } of lost) {
      this.#waitingBytes -= weight;
      reject(unavailable('The metadata writer died; whether this write was kept is not known', error));
    }
  }

  /** A copier that died is made anew by the next copy; a log that is not copied meanwhile costs room, not safety. */
  #copyLog(): void {
    if (!this.#copier) {
      const copier = this.#start('checkpoint-worker.js', this.#data);
      copier.unref();
      copier.on('message', (message: 'ready' | WalState | null) => {
        if (message !== 'ready') this.#checkpoints.copied(message ?? undefined);
      });
      copier.on('error', (error) => this.#logger.warn('Metadata checkpoint failed', { error }));
      copier.on('exit', () => {
        if (this.#copier === copier) this.#copier = undefined;
        this.#checkpoints.copied(undefined);
      });
      this.#copier = copier;
    }
    this.#copier.postMessage('copy');
  }

  /** Waits for what was accepted. */
  async drain(): Promise<void> {
    while (this.waitingIntents > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Ends the writer after what was accepted; idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.drain();
    this.#checkpoints.stop();
    const workers = [this.#copier, this.#worker];
    this.#copier = undefined;
    for (const worker of workers) await worker?.terminate();
  }
}

function unavailable(message: string, cause?: unknown): StoreError {
  return new StoreError('unavailable', message, { cause });
}
