import type { CallContext } from '../context.js';
import { defineService } from '../point.js';

/** Background work that only one process does at a time. */
export interface Job {
  /** Unique, kebab-case; names the lease. */
  readonly name: string;
  /** Milliseconds between the end of one run and the start of the next. */
  readonly intervalMs: number;
  /**
   * Does one small step. The context's signal fires when the lease is lost or the server drains.
   * @returns `again` to be called once more at once, `done` to wait for the interval
   */
  run(context: CallContext, fence: number): Promise<'again' | 'done'>;
}

/** Host service: runs jobs under a lease, logs and counts failures, backs off after them. */
export interface Jobs {
  /** Registers a job; it starts when the host is ready and ends when it drains. */
  add(job: Job): void;
  /** Runs the job now, out of turn, until it says `done`. Rejects when another process holds it. */
  runNow(name: string): Promise<void>;
}

export const jobs = defineService<Jobs>('host.jobs/v1alpha');
