import type { Clock, Logger } from '@zas/plugin-api';
import type { JWK, JWSHeaderParameters, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet } from 'jose';

const MOST_KEYS = 100;

export interface KeySetParts {
  /** Fetches the key set; throws when it cannot be had. */
  readonly fetch: () => Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For log lines. */
  readonly issuer: string;
  readonly freshMs: number;
  /** Nothing is fetched twice within it. */
  readonly cooldownMs: number;
  /** Counted from the last time that the keys could be had. */
  readonly goodMs: number;
}

/** The keys as they were fetched; another object once they changed. */
export interface Keys {
  readonly find: JWTVerifyGetKey;
  has(kid: string): boolean;
}

/**
 * The public keys of one issuer. Fetched when first needed, then anew when they are no
 * longer fresh or a token names one that is not there. While the issuer cannot be
 * reached, the last ones count for a stated time, and after that none.
 */
export class KeySet {
  readonly #parts: KeySetParts;
  #keys: Keys | undefined;
  #text = '';
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(parts: KeySetParts) {
    this.#parts = parts;
  }

  /** The keys that count now; `undefined` when there are none. */
  async current(): Promise<Keys | undefined> {
    if (this.#age() >= this.#parts.freshMs) await this.#fetchUnlessJustTried();
    return this.#good();
  }

  /** As {@link current}, for a token that names one of them: fetched anew when it is not there. */
  async holding(kid: string | undefined): Promise<Keys | undefined> {
    const keys = await this.current();
    if (keys === undefined || kid === undefined || keys.has(kid)) return keys;
    await this.#fetchUnlessJustTried();
    return this.#good();
  }

  #good(): Keys | undefined {
    if (this.#age() < this.#parts.freshMs + this.#parts.goodMs) return this.#keys;
    this.#keys = undefined;
    return undefined;
  }

  #age(): number {
    return this.#parts.clock.monotonic() - this.#fetchedAt;
  }

  async #fetchUnlessJustTried(): Promise<void> {
    const cooling = this.#parts.clock.monotonic() - this.#triedAt < this.#parts.cooldownMs;
    if (!this.#fetching && cooling) return;
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
    await this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { clock, logger, issuer, freshMs, goodMs } = this.#parts;
    this.#triedAt = clock.monotonic();
    try {
      const keys = usableKeys(await this.#parts.fetch());
      const text = JSON.stringify(keys);
      if (text !== this.#text || !this.#keys) this.#keys = keysOf(keys);
      this.#text = text;
      this.#fetchedAt = clock.monotonic();
    } catch (error) {
      const stillGood = this.#keys !== undefined && this.#age() < freshMs + goodMs;
      const fields = { issuer, problem: (error as Error).message };
      if (stillGood) logger.warn('The keys of an issuer cannot be fetched; the last ones still count', fields);
      else logger.error('The keys of an issuer cannot be fetched; its tokens are refused', fields);
    }
  }
}

/** Public keys for signatures; what is for anything else is left out. Throws for what is no key set. */
function usableKeys(value: unknown): readonly JWK[] {
  const { keys } = value as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length > MOST_KEYS) throw new Error('No key set, or one of too many keys');
  const usable = keys.filter((key: unknown): key is JWK => {
    if (typeof key !== 'object' || key === null) return false;
    const { kty, use, key_ops: operations, d, k } = key as JWK;
    const signs = (use === undefined || use === 'sig') && (operations === undefined || (Array.isArray(operations) && operations.includes('verify')));
    return ['RSA', 'EC', 'OKP'].includes(String(kty)) && signs && d === undefined && k === undefined;
  });
  if (usable.length === 0) throw new Error('A key set without keys for signatures');
  return usable;
}

function keysOf(keys: readonly JWK[]): Keys {
  const find = createLocalJWKSet({ keys: [...keys] });
  return { find: (header?: JWSHeaderParameters, token?) => find(header, token), has: (kid) => keys.some((key) => key.kid === kid) };
}
