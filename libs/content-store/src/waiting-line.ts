import { StoreError } from '@zas/plugin-api';

interface Waiter {
  attempt(): boolean;
  fail(error: StoreError): void;
}

/** Who finds no room waits in line: first come, first served, so nobody overtakes a large request for ever. */
export class WaitingLine {
  private readonly waiters = new Set<Waiter>();

  /**
   * @param waitMs how long one waits before it is told `slow-down`
   * @param onWait called whenever somebody begins to wait
   */
  constructor(
    private readonly waitMs: number,
    private readonly onWait: () => void = () => undefined,
  ) {}

  get length(): number {
    return this.waiters.size;
  }

  /** @param attempt answers `undefined` while there is no room */
  enter<T>(attempt: () => T | undefined, signal?: AbortSignal): Promise<T> {
    if (this.waiters.size === 0) {
      const got = attempt();
      if (got !== undefined) return Promise.resolve(got);
    }
    return new Promise<T>((resolve, reject) => {
      const done = () => {
        this.waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        attempt: () => {
          const got = attempt();
          if (got === undefined) return false;
          done();
          resolve(got);
          return true;
        },
        fail: (error) => {
          done();
          reject(error);
          // The line may have been held up by this one alone.
          this.serve();
        },
      };
      const onAbort = () => waiter.fail(new StoreError('aborted', 'The caller went away'));
      const timer = setTimeout(() => waiter.fail(new StoreError('slow-down', 'Too many bytes in flight')), this.waitMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiters.add(waiter);
      this.onWait();
    });
  }

  /** There may be room again. */
  serve(): void {
    for (const waiter of this.waiters) if (!waiter.attempt()) return;
  }
}
