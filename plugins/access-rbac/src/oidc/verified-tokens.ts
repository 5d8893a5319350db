import type { Clock } from '@zas/plugin-api';
import { hash } from 'node:crypto';

const MOST = 10_000;
const LONGEST_MS = 5 * 60_000;

/**
 * Tokens that were found good, under their whole SHA-256, until they expire and a few
 * minutes at most. What was found under other keys than the present ones counts no more.
 */
export class VerifiedTokens<K extends object, T> {
  readonly #kept = new Map<string, { readonly keys: K; readonly value: T; readonly until: number; readonly dropAt: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly most = MOST,
  ) {}

  find(token: string, keys: K | undefined): T | undefined {
    if (this.#kept.size === 0 || keys === undefined) return undefined;
    const key = hash('sha256', token, 'base64');
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    if (found.keys === keys && found.until > this.clock.now() && found.dropAt > this.clock.monotonic()) return found.value;
    this.#kept.delete(key);
    return undefined;
  }

  /** @param until milliseconds since the epoch */
  add(token: string, keys: K, value: T, until: number): void {
    if (this.#kept.size >= this.most) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(hash('sha256', token, 'base64'), { keys, value, until, dropAt: this.clock.monotonic() + LONGEST_MS });
  }
}
