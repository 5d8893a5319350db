import { Worker } from 'node:worker_threads';
import { StoreError } from '@zas/plugin-api';
import type { DigestRequest, Digests } from './digests.js';
import type { FromWorker, ToWorker } from './hash-messages.js';

/** The hashing of one upload. Call `update` in order; `finish` or `drop` ends it. */
export interface HashJob {
  /** Resolves when the bytes at that place have been read. */
  update(offset: number, length: number): Promise<void>;
  finish(): Promise<Digests>;
  drop(): void;
}

interface Pending {
  resolve(digests?: Digests): void;
  reject(error: StoreError): void;
}

interface Slot {
  readonly worker: Worker;
  /** Answers come in order per job, so a queue of callers suffices. */
  readonly jobs: Map<number, Pending[]>;
}

/**
 * Worker threads that hash uploads in shared memory: one worker an upload, the
 * least busy one. A worker that dies fails its uploads and is replaced.
 */
export class HashPool {
  private readonly slots: Slot[] = [];
  private nextJob = 1;
  private stopped = false;

  /**
   * @param memory the budget's arena
   * @param size number of threads, at least 1
   */
  constructor(
    private readonly memory: SharedArrayBuffer,
    size: number,
  ) {
    for (let i = 0; i < Math.max(1, size); i++) this.slots.push(this.start(i));
  }

  begin(request: DigestRequest): HashJob {
    const slot = this.slots.reduce((least, other) => (other.jobs.size < least.jobs.size ? other : least));
    const job = this.nextJob++;
    slot.jobs.set(job, []);
    const send = (message: ToWorker) => slot.worker.postMessage(message);
    const ask = (message: ToWorker) =>
      new Promise<Digests | undefined>((resolve, reject) => {
        const waiting = slot.jobs.get(job);
        if (!waiting) return reject(new StoreError('unavailable', 'The hash worker ended'));
        waiting.push({ resolve, reject });
        send(message);
      });
    send({ do: 'begin', job, request });
    return {
      update: async (offset, length) => {
        await ask({ do: 'update', job, offset, length });
      },
      finish: async () => {
        const digests = await ask({ do: 'finish', job });
        slot.jobs.delete(job);
        return digests!;
      },
      drop: () => {
        slot.jobs.delete(job);
        send({ do: 'drop', job });
      },
    };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.slots.map((slot) => slot.worker.terminate()));
  }

  private start(index: number): Slot {
    const worker = new Worker(new URL('./hash-worker.js', import.meta.url), {
      workerData: { memory: this.memory },
      // Bytes lie in the shared memory; the thread's own heap stays small.
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 },
    });
    const slot: Slot = { worker, jobs: new Map() };
    worker.unref();
    worker.on('message', (message: FromWorker) => {
      const pending = slot.jobs.get(message.job)?.shift();
      pending?.resolve(message.did === 'finish' ? message.digests : undefined);
    });
    // Without a listener an error in the thread would end the process; `exit` follows and does the rest.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      const waiting = [...slot.jobs.values()].flat();
      slot.jobs.clear();
      for (const pending of waiting) pending.reject(new StoreError('unavailable', 'The hash worker ended'));
      if (!this.stopped) this.slots[index] = this.start(index);
    });
    return slot;
  }
}
