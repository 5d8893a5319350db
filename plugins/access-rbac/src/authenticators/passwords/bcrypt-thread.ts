import { StoreError } from '@zas/plugin-api';
import { Worker } from 'node:worker_threads';
import type { BcryptAnswer, BcryptQuestion } from './bcrypt-worker.js';

interface Waiting {
  resolve(right: boolean): void;
  reject(error: Error): void;
}

/** bcrypt in a thread of its own: in the server's it would hold up every request. Started when first needed. */
export class BcryptThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 1;

  compare(password: string, hash: string): Promise<boolean> {
    const worker = (this.#worker ??= this.#start());
    const question: BcryptQuestion = { id: this.#next++, password, hash };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.id, { resolve, reject });
      worker.postMessage(question);
    });
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./bcrypt-worker.js', import.meta.url));
    worker.unref();
    worker.on('message', ({ id, right }: BcryptAnswer) => {
      this.#waiting.get(id)?.resolve(right);
      this.#waiting.delete(id);
    });
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, undefined));
    return worker;
  }

  /** Who waits is told; the next question starts another thread. */
  #ended(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new StoreError('unavailable', 'The thread that checks passwords ended', { cause }));
    this.#waiting.clear();
  }
}
