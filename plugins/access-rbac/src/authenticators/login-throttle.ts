import type { Clock } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { createHmac, hash, randomBytes } from 'node:crypto';
import { addressPrefix } from './address-prefix.js';
import type { ThrottleConfig } from './throttle-config.js';

const MOST_KEYS = 50_000;
const LONGEST_SECONDS = 900;

interface Failures {
  readonly count: number;
  /** When the first of them was; they are forgotten a window later. */
  readonly since: number;
  readonly blockedUntil: number;
  /** Keyed hash of the last guess. */
  readonly tried?: string;
}

/**
 * Slows guessing down. Failures are counted by name and source address together, by
 * address, and, with a much higher limit, by name alone: nobody locks others out of
 * their name from elsewhere, and from where a name was right lately only its own
 * failures count. Names that nobody has count like all others.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #config: ThrottleConfig;
  readonly #most: number;
  readonly #key = randomBytes(32);
  readonly #failures = new Map<string, Failures>();
  readonly #good = new Map<string, number>();

  /** @param most names and addresses that are remembered; the oldest give way */
  constructor(clock: Clock, config: ThrottleConfig, most = MOST_KEYS) {
    this.#clock = clock;
    this.#config = config;
    this.#most = most;
  }

  /** Throws `slow-down` with `retryAfterSeconds`, whether or not the password would be right. */
  check(name: string, address: string): void {
    // Mostly nobody has failed at all.
    if (!this.#config.enabled || this.#failures.size === 0) return;
    const now = this.#clock.monotonic();
    const { pair, all } = this.#keysOf(name, address);
    const isGood = (this.#good.get(pair) ?? 0) > now;
    const until = Math.max(...(isGood ? [pair] : all).map((key) => this.#failures.get(key)?.blockedUntil ?? 0));
    if (until <= now) return;
    throw new StoreError('slow-down', 'Too many failed logins; try again later', { details: { retryAfterSeconds: Math.ceil((until - now) / 1000) } });
  }

  /** @param guess what was tried: clients send the same several times, which counts for the address alone */
  failed(name: string, address: string, guess?: string): void {
    if (!this.#config.enabled) return;
    const { pair, from, named } = this.#keysOf(name, address);
    const tried = guess === undefined ? undefined : createHmac('sha256', this.#key).update(guess, 'utf8').digest('base64');
    this.#count(from, this.#config.perAddress);
    if (tried !== undefined && this.#failures.get(pair)?.tried === tried) return;
    this.#count(pair, this.#config.perNameAndAddress, tried);
    this.#count(named, this.#config.perName);
  }

  /** Forgets the failures of the name, from there and from everywhere. */
  succeeded(name: string, address: string): void {
    if (!this.#config.enabled) return;
    const { pair, named } = this.#keysOf(name, address);
    if (this.#failures.size > 0) {
      this.#failures.delete(pair);
      this.#failures.delete(named);
    }
    const [now, window] = [this.#clock.monotonic(), this.#config.windowSeconds * 1000];
    // What is remembered well enough is not written anew with each request.
    if ((this.#good.get(pair) ?? 0) < now + window / 2) this.#keep(this.#good, pair, now + window);
  }

  #keysOf(name: string, address: string) {
    const prefix = addressPrefix(address);
    // Whoever tries may send long names; what is remembered of them is short.
    const short = name.length > 64 ? hash('sha256', name, 'base64') : name;
    const [pair, from, named] = [`p ${prefix} ${short}`, `a ${prefix}`, `n ${short}`];
    return { pair, from, named, all: [pair, from, named] };
  }

  #count(key: string, allowed: number, tried?: string): void {
    const now = this.#clock.monotonic();
    const before = this.#failures.get(key);
    const since = before && now - before.since < this.#config.windowSeconds * 1000 ? before.since : now;
    const count = before && since === before.since ? before.count + 1 : 1;
    // One second at the limit, then twice as long with each failure more.
    const seconds = count < allowed ? 0 : Math.min(LONGEST_SECONDS, 2 ** Math.min(count - allowed, 10));
    this.#keep(this.#failures, key, { count, since, blockedUntil: now + seconds * 1000, ...(tried === undefined ? {} : { tried }) });
  }

  #keep<T>(map: Map<string, T>, key: string, value: T): void {
    map.delete(key);
    if (map.size >= this.#most) map.delete(map.keys().next().value!);
    map.set(key, value);
  }
}
