import type { Rate } from '@zas/config';
import type { Clock } from '@zas/plugin-api';

/** Callers that are remembered; who was not seen for longest goes. */
const MOST_KNOWN = 100_000;

interface Known {
  /** When all that he has used is there again. */
  fullAt: number;
}

/**
 * A token bucket for each caller. Callers are kept in two halves of which the older
 * goes when the newer is full, so that one look finds whoever comes often.
 */
export class TokenBuckets {
  private readonly msPerToken: number;
  private readonly allowanceMs: number;
  private newer = new Map<string, Known>();
  private older = new Map<string, Known>();

  constructor(
    { requestsPerSecond, burst }: Rate,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly most = MOST_KNOWN,
  ) {
    this.msPerToken = 1000 / requestsPerSecond;
    this.allowanceMs = (burst - 1) * this.msPerToken;
  }

  /** Takes one token. @returns 0, or in how many milliseconds there is one; nothing is taken then */
  take(caller: string): number {
    const now = this.clock.monotonic();
    const known = this.newer.get(caller) ?? this.remember(caller);
    const fullAt = Math.max(known.fullAt, now);
    const wait = fullAt - now - this.allowanceMs;
    if (wait > 0) return wait;
    known.fullAt = fullAt + this.msPerToken;
    return 0;
  }

  get size(): number {
    return this.newer.size + this.older.size;
  }

  private remember(caller: string): Known {
    const known = this.older.get(caller) ?? { fullAt: 0 };
    this.older.delete(caller);
    if (this.newer.size >= this.most / 2) [this.older, this.newer] = [this.newer, new Map()];
    this.newer.set(caller, known);
    return known;
  }
}
