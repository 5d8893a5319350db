import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CallContext, Intent, Job, Logger, MetadataStore } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { JobRunner } from './job-runner.js';

const INTERVAL = 5000;
const LEASE_MS = 30_000;

/** The lease table alone, as strict about aborted contexts as a real store. */
class Leases {
  readonly held = new Map<string, { holder: string; fence: number; expiresAt: number }>();
  private last = 0;

  async apply(context: CallContext, intent: Intent): Promise<unknown> {
    if (context.signal.aborted) throw new StoreError('aborted', 'Nobody waits for the answer');
    const lease = 'name' in intent ? this.held.get(intent.name) : undefined;
    switch (intent.kind) {
      case 'acquire-lease': {
        if (lease && lease.holder !== intent.holder && lease.expiresAt > intent.at) throw new StoreError('conflict', 'held', { details: { reason: 'lease-held' } });
        const fence = ++this.last;
        this.held.set(intent.name, { holder: intent.holder, fence, expiresAt: intent.at + intent.ttlMs });
        return { fence };
      }
      case 'renew-lease':
        if (lease?.fence !== intent.fence) throw new StoreError('conflict', 'lost', { details: { reason: 'lease-lost' } });
        lease.expiresAt = intent.at + intent.ttlMs;
        return {};
      case 'release-lease':
        if (lease?.fence === intent.fence) this.held.delete(intent.name);
        return {};
      default:
        throw new StoreError('internal', 'jobs take leases only');
    }
  }
}

let leases: Leases;
let runner: JobRunner;
let errors: string[];
let runs: number[];

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000, doNotFake: ['nextTick', 'queueMicrotask'] });
  leases = new Leases();
  errors = [];
  runs = [];
  runner = new JobRunner();
});
afterEach(async () => {
  await runner.drain();
  jest.useRealTimers();
});

const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message) => void errors.push(message),
  child: () => logger,
};
const start = (holder = 'me', which = runner) =>
  which.start({
    metadata: leases as unknown as MetadataStore,
    clock: { now: () => Date.now(), monotonic: () => Date.now() },
    logger,
    holder,
    requestId: () => 'job-run',
  });
const job = (run: Job['run'] = async () => 'done', name = 'sweep'): Job => ({
  name,
  intervalMs: INTERVAL,
  run: async (context, fence) => {
    runs.push(Date.now());
    return run(context, fence);
  },
});
const advance = (ms: number) => jest.advanceTimersByTimeAsync(ms);
/** Resolves when the context is aborted. */
const aborted = (context: CallContext) => new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));

describe('JobRunner', () => {
  it('runs jobs soon after the start and then in their interval, under a lease', async () => {
    const seen: unknown[] = [];
    runner.add(job(async (_context, fence) => {
      seen.push([leases.held.get('job/sweep')?.holder, leases.held.get('job/sweep')?.fence === fence]);
      return 'done';
    }));
    start();
    await advance(1000);
    expect(runs).toHaveLength(1);
    await advance(2 * INTERVAL);
    expect(runs).toHaveLength(3);
    expect(seen).toEqual(Array(3).fill(['me', true]));
    expect(leases.held.size).toBe(0);
  });

  it('calls again at once while there is more, under one lease', async () => {
    const fences: number[] = [];
    runner.add(job(async (_context, fence) => (fences.push(fence) < 4 ? 'again' : 'done')));
    start();
    await advance(1000);
    expect(fences).toEqual([1, 1, 1, 1]);
  });

  it('knows every name once', () => {
    runner.add(job());
    expect(() => runner.add(job())).toThrow(expect.objectContaining({ code: 'already-exists' }));
  });

  it('leaves a job to the process that holds its lease, without calling that a failure', async () => {
    const other = new JobRunner();
    let theirs = 0;
    let release = () => {};
    other.add({ name: 'sweep', intervalMs: 1e9, run: async () => { theirs++; await new Promise<void>((resolve) => (release = resolve)); return 'done'; } });
    start('other', other);
    await advance(1000);
    runner.add(job());
    start();
    await expect(runner.runNow('sweep')).rejects.toMatchObject({ details: { reason: 'lease-held' } });
    await advance(3 * INTERVAL);
    expect([theirs, runs.length, errors.length]).toEqual([1, 0, 0]);
    release();
    await advance(INTERVAL);
    expect(runs).toHaveLength(1);
    await other.drain();
  });

  it('takes over from a process that is gone once its lease has expired', async () => {
    leases.held.set('job/sweep', { holder: 'crashed', fence: 0, expiresAt: Date.now() + 8000 });
    runner.add(job());
    start();
    await advance(8000);
    expect(runs).toHaveLength(0);
    await advance(INTERVAL);
    expect(runs).toHaveLength(1);
  });

  it('backs off after failures, up to a minute, and recovers', async () => {
    let broken = true;
    runner.add(job(async () => {
      if (broken) throw new Error('the disk is away');
      return 'done';
    }));
    start();
    await advance(1000 + 300_000);
    const waits = runs.slice(1).map((at, i) => at - runs[i]!);
    expect(waits.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(errors.length).toBe(runs.length);
    expect(leases.held.size).toBe(0);
    broken = false;
    const failed = errors.length;
    await advance(60_000);
    const count = runs.length;
    await advance(2 * INTERVAL);
    expect(runs.length).toBe(count + 2);
    expect(errors.length).toBe(failed);
  });

  it('does not count it as failures when the lease is held elsewhere', async () => {
    leases.held.set('job/sweep', { holder: 'other', fence: 0, expiresAt: Date.now() + 4 * INTERVAL });
    runner.add(job(async () => Promise.reject(new Error('no'))));
    start();
    await advance(5 * INTERVAL);
    expect(runs.slice(1, 3).map((at, i) => at - runs[i]!)).toEqual([1000, 2000]);
  });

  it('renews the lease of a long job', async () => {
    let release = () => {};
    runner.add(job(async () => {
      await new Promise<void>((resolve) => (release = resolve));
      return 'done';
    }));
    start();
    await advance(1000 + 5 * LEASE_MS);
    expect(leases.held.get('job/sweep')!.expiresAt).toBeGreaterThan(Date.now() + LEASE_MS / 2);
    release();
    await advance(0);
    expect(leases.held.size).toBe(0);
  });

  it('aborts a job whose lease another has taken, and leaves that lease alone', async () => {
    let reason: unknown;
    runner.add(job(async (context) => {
      await aborted(context);
      reason = context.signal.reason;
      return 'again';
    }));
    start();
    await advance(1000);
    leases.held.set('job/sweep', { holder: 'thief', fence: 99, expiresAt: Date.now() + 1e6 });
    await advance(LEASE_MS / 3);
    expect(reason).toMatchObject({ details: { reason: 'lease-lost' } });
    expect(runs).toHaveLength(1);
    expect(leases.held.get('job/sweep')?.holder).toBe('thief');
  });
});

describe('runNow', () => {
  it('runs out of turn and passes failures on', async () => {
    runner.add(job(async () => Promise.reject(new Error('no'))));
    await expect(runner.runNow('sweep')).rejects.toMatchObject({ code: 'not-found' });
    start();
    await expect(runner.runNow('sweep')).rejects.toThrow('no');
    await expect(runner.runNow('other')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('waits for a run that is under way, whatever becomes of that, and none disturbs another', async () => {
    let atOnce = 0;
    const most: number[] = [];
    let release: (error?: Error) => void = () => undefined;
    runner.add(job(async (context) => {
      most.push(++atOnce);
      try {
        await new Promise<void>((resolve, reject) => {
          release = (error) => (error ? reject(error) : resolve());
          context.signal.addEventListener('abort', () => resolve());
        });
      } finally {
        atOnce--;
      }
      return 'done';
    }));
    start();
    await advance(1000);
    const now = [runner.runNow('sweep'), runner.runNow('sweep')];
    release(new Error('the first fails'));
    await advance(0);
    expect(runs).toHaveLength(2);
    // The turn after the failure comes up meanwhile and waits as well.
    await advance(LEASE_MS);
    expect(runs).toHaveLength(2);
    for (let i = 0; i < 3; i++) {
      release();
      await advance(0);
    }
    await Promise.all(now);
    expect(runs).toHaveLength(4);
    expect(most).toEqual([1, 1, 1, 1]);
  });
});

describe('drain', () => {
  it('aborts what runs, waits for it, gives the leases back and starts nothing more', async () => {
    const ended: string[] = [];
    for (const name of ['one', 'two']) {
      runner.add(job(async (context) => {
        await aborted(context);
        expect(context.signal.reason).toMatchObject({ code: 'aborted' });
        ended.push(name);
        return 'again';
      }, name));
    }
    start();
    await advance(1000);
    expect(leases.held.size).toBe(2);
    await runner.drain();
    expect(ended.sort()).toEqual(['one', 'two']);
    expect(leases.held.size).toBe(0);
    await advance(10 * INTERVAL);
    expect(runs).toHaveLength(2);
    expect(errors).toEqual([]);
    await expect(runner.runNow('one')).rejects.toMatchObject({ code: 'aborted' });
  });

  it('does not let a job begin that was just about to take its lease', async () => {
    runner.add(job());
    const apply = leases.apply.bind(leases);
    let take = () => {};
    leases.apply = async (context, intent) => {
      if (intent.kind === 'acquire-lease') await new Promise<void>((resolve) => (take = resolve));
      return apply(context, intent);
    };
    start();
    await advance(1000);
    const drained = runner.drain();
    take();
    await drained;
    expect(runs).toEqual([]);
    expect(leases.held.size).toBe(0);
    expect(errors).toEqual([]);
  });
});
