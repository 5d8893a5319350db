import { compareSync } from 'bcryptjs';
import { parentPort } from 'node:worker_threads';

/** A question to the thread, and its answer. */
export interface BcryptQuestion {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

export interface BcryptAnswer {
  readonly id: number;
  readonly right: boolean;
}

parentPort?.on('message', ({ id, password, hash }: BcryptQuestion) => {
  parentPort!.postMessage({ id, right: compareSync(password, hash) } satisfies BcryptAnswer);
});
