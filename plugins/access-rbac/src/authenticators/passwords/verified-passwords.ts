import type { Clock } from '@zas/plugin-api';
import crypto from 'node:crypto';

const MOST = 10_000;

/**
 * What names and passwords were found right, for a while, so that not every request
 * has to be hashed slowly. Kept under a keyed hash with a key of this process: nobody
 * can tell a password from what lies in memory without trying all of them.
 */
export class VerifiedPasswords<T> {
  readonly #key = crypto.randomBytes(32);
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #most: number;
  readonly #kept = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(clock: Clock, keepMs: number, most = MOST) {
    this.#clock = clock;
    this.#keepMs = keepMs;
    this.#most = most;
  }

  find(name: string, password: string): T | undefined {
    const key = this.#keyOf(name, password);
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    if (found.until > this.#clock.monotonic()) return found.value;
    this.#kept.delete(key);
    return undefined;
  }

  add(name: string, password: string, value: T): void {
    if (this.#keepMs <= 0) return;
    if (this.#kept.size >= this.#most) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(this.#keyOf(name, password), { value, until: this.#clock.monotonic() + this.#keepMs });
  }

  clear(): void {
    this.#kept.clear();
  }

  #keyOf(name: string, password: string): string {
    return crypto.createHmac('sha256', this.#key).update(JSON.stringify([name, password])).digest('base64');
  }
}
