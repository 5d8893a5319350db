import type { Clock, Job, Jobs, Logger, MetadataStore } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import { RequestContext } from '@zas/observability';

const LEASE_MS = 30_000;
const LEASE_PREFIX = 'job/';

export interface JobRunnerParts {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Unique to this process. */
  readonly holder: string;
  readonly requestId: () => string;
}

/** Runs background jobs, each under a lease, so that of all processes one does the work. */
export class JobRunner implements Jobs {
  private readonly jobs = new Map<string, Job>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Map<string, { context: RequestContext; done: Promise<void> }>();
  private parts: JobRunnerParts | undefined;
  private draining = false;

  add(job: Job): void {
    if (this.jobs.has(job.name)) throw new StoreError('already-exists', 'A job of that name exists', { details: { job: job.name } });
    this.jobs.set(job.name, job);
    if (this.parts) this.schedule(job, job.intervalMs);
  }

  async runNow(name: string): Promise<void> {
    const job = this.jobs.get(name);
    if (!job || !this.parts) throw new StoreError('not-found', 'No such job runs here', { details: { job: name } });
    await this.run(this.parts, job);
  }

  /** Begins to run what was and will be added; each job first a moment after the start. */
  start(parts: JobRunnerParts): void {
    this.parts = parts;
    for (const job of this.jobs.values()) this.schedule(job, Math.min(job.intervalMs, 1000));
  }

  /** Starts nothing new and waits for the running steps to end. */
  async drain(): Promise<void> {
    this.draining = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    const running = [...this.running.values()];
    for (const { context } of running) context.abort(new StoreError('aborted', 'The server stops'));
    await Promise.all(running.map(({ done }) => done.catch(() => undefined)));
  }

  private schedule(job: Job, delay: number, failures = 0): void {
    if (this.draining) return;
    const timer = setTimeout(() => void this.turn(job, failures), delay);
    timer.unref();
    this.timers.set(job.name, timer);
  }

  private async turn(job: Job, failures: number): Promise<void> {
    const parts = this.parts!;
    try {
      await this.run(parts, job);
      this.schedule(job, job.intervalMs);
    } catch (error) {
      const heldElsewhere = isStoreError(error) && error.details.reason === 'lease-held';
      if (!heldElsewhere && !this.draining) parts.logger.error('job failed', { job: job.name, failures: failures + 1, error });
      // Back off, up to a minute or the interval if that is longer.
      const backOff = Math.min(1000 * 2 ** failures, Math.max(60_000, job.intervalMs));
      if (heldElsewhere) this.schedule(job, job.intervalMs);
      else this.schedule(job, backOff, failures + 1);
    }
  }

  /** One run at a time in this process, too: acquiring the lease again would end the run that has it. */
  private async run(parts: JobRunnerParts, job: Job): Promise<void> {
    for (let earlier = this.running.get(job.name); earlier; earlier = this.running.get(job.name)) await earlier.done.catch(() => undefined);
    if (this.draining) throw new StoreError('aborted', 'The server stops');
    const context = new RequestContext({ requestId: parts.requestId(), logger: parts.logger.child({ job: job.name }) });
    const done = this.runUnderLease(parts, job, context).finally(() => this.running.delete(job.name));
    this.running.set(job.name, { context, done });
    await done;
  }

  private async runUnderLease({ metadata, clock, holder }: JobRunnerParts, job: Job, context: RequestContext): Promise<void> {
    const name = LEASE_PREFIX + job.name;
    const { fence } = await metadata.apply(context, { kind: 'acquire-lease', name, holder, ttlMs: LEASE_MS, at: clock.now() });
    const renew = () => metadata.apply(context, { kind: 'renew-lease', name, fence, ttlMs: LEASE_MS, at: clock.now() });
    const timer = setInterval(() => void renew().catch((error: unknown) => context.abort(error)), LEASE_MS / 3);
    try {
      while (!context.aborted && (await job.run(context, fence)) === 'again');
    } finally {
      clearInterval(timer);
      // Under a context of its own: an aborted job gives its lease back as well.
      await metadata.apply(new RequestContext(context), { kind: 'release-lease', name, fence });
    }
  }
}
