import type { Account, CallContext, Clock, Principal } from '@zas/plugin-api';
import type { AccountDirectory } from './account-directory.js';
import type { AccessStore } from './access-store.js';
import type { Generation } from './generation.js';
import type { Keys } from './keys.js';
import { Kept } from './kept.js';
import type { KeyRecord } from './records.js';

const KEPT = 10_000;
const ID = /^[A-Z2-7]{16,20}$/;

/** A stored key that is good now, and whose it is. */
export interface GoodKey {
  readonly key: KeyRecord;
  readonly principal: Principal;
  /** Of access keys. */
  readonly secret: string;
}

interface Found {
  readonly good: GoodKey | undefined;
  readonly expiresAt: number;
}

/** Looks up keys of stored users; what it finds is kept while the records stay as they are. */
export class KnownKeys {
  readonly #store: AccessStore;
  readonly #keys: Keys;
  readonly #accounts: AccountDirectory;
  readonly #generation: Generation;
  readonly #clock: Clock;
  readonly #kept = new Kept<string, Found>(KEPT);

  constructor(store: AccessStore, keys: Keys, accounts: AccountDirectory, generation: Generation, clock: Clock) {
    this.#store = store;
    this.#keys = keys;
    this.#accounts = accounts;
    this.#generation = generation;
    this.#clock = clock;
  }

  /** `undefined`: there is none, it is disabled or expired, or its user is. */
  async find(context: CallContext, id: string): Promise<GoodKey | undefined> {
    if (!ID.test(id)) return undefined;
    const generation = this.#generation.fresh ?? (await this.#generation.check(context));
    let found = this.#kept.get(generation, id);
    if (found === undefined) {
      found = await this.#read(context, id);
      this.#kept.set(generation, id, found);
    }
    return found.expiresAt > this.#clock.now() ? found.good : undefined;
  }

  async #read(context: CallContext, id: string): Promise<Found> {
    const NONE: Found = { good: undefined, expiresAt: Infinity };
    const key = (await this.#store.find(context, 'keys', id))?.record;
    if (key === undefined || !key.enabled) return NONE;
    const user = (await this.#store.findOwned(context, 'users', key.account, key.user))?.record;
    const account = await this.#accounts.find(context, key.account);
    if (user === undefined || !user.enabled || account === undefined) return NONE;
    const secret = key.kind === 'access' ? this.#keys.secretOf(key) : '';
    return { good: { key, principal: principalOf(key, account), secret }, expiresAt: key.expiresAt ?? Infinity };
  }
}

function principalOf({ id, user, policy, expiresAt }: KeyRecord, account: Account): Principal {
  return Object.freeze({
    id: `local:${user}`,
    account,
    accountRoot: false,
    serverRoot: false,
    credentialId: id,
    roles: [],
    groups: [],
    ...(policy === undefined ? {} : { sessionPolicies: [policy] }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
}
