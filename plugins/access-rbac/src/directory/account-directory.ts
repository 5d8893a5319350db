import { StoreError, type Account, type CallContext } from '@zas/plugin-api';
import { deriveCanonicalId } from '../accounts.js';
import type { Directory } from '../directory.js';
import type { KnownAccounts } from '../policy/examine-policy.js';
import type { AccessStore } from './access-store.js';
import type { Generation } from './generation.js';
import { Kept } from './kept.js';
import type { AccountRecord, Stored } from './records.js';

const KEPT = 10_000;
export const MOST_ACCOUNTS = 10_000;

/** The accounts of the config and those that were made later. */
export class AccountDirectory implements KnownAccounts {
  readonly #config: Directory;
  readonly #store: AccessStore;
  readonly #generation: Generation;
  readonly #kept = new Kept<string, Account | null>(KEPT);
  #all: { readonly generation: number; readonly ids: ReadonlySet<string>; readonly canonicalIds: ReadonlySet<string> } = { generation: -1, ids: new Set(), canonicalIds: new Set() };

  constructor(config: Directory, store: AccessStore, generation: Generation) {
    this.#config = config;
    this.#store = store;
    this.#generation = generation;
  }

  async find(context: CallContext, id: string): Promise<Account | undefined> {
    const configured = this.#config.accounts.get(id);
    if (configured !== undefined || !/^\d{12}$/.test(id)) return configured;
    return this.#look(context, id, async () => (await this.#store.find(context, 'accounts', id))?.record);
  }

  async findByCanonicalId(context: CallContext, canonicalId: string): Promise<Account | undefined> {
    const configured = this.#config.accountsByCanonicalId.get(canonicalId);
    if (configured !== undefined || !/^[0-9a-f]{64}$/.test(canonicalId)) return configured;
    return this.#look(context, canonicalId, async () => {
      const place = await this.#store.find(context, 'canonical-ids', canonicalId);
      return place && (await this.#store.find(context, 'accounts', place.record.account))?.record;
    });
  }

  /** What is stored of an account; of one that only the config has, what would be. Throws `not-found`. */
  async stored(context: CallContext, id: string, now: number): Promise<Stored<AccountRecord>> {
    const found = await this.#store.find(context, 'accounts', id);
    if (found !== undefined) return found;
    const configured = this.#config.accounts.get(id);
    if (configured === undefined) throw new StoreError('not-found', 'There is no such account');
    return { record: { ...configured, createdAt: now, changes: 0 }, revision: 0 };
  }

  /** Reads all of them, for policies that name accounts. */
  async refresh(context: CallContext): Promise<void> {
    const generation = this.#generation.fresh ?? (await this.#generation.check(context));
    if (generation === this.#all.generation) return;
    const records = await this.#store.list(context, 'accounts', { limit: MOST_ACCOUNTS });
    this.#all = { generation, ids: new Set(records.map(({ id }) => id)), canonicalIds: new Set(records.map((record) => record.canonicalId)) };
  }

  hasAccount(id: string): boolean {
    return this.#config.accounts.has(id) || this.#all.ids.has(id);
  }

  hasCanonicalId(id: string): boolean {
    return this.#config.accountsByCanonicalId.has(id) || this.#all.canonicalIds.has(id);
  }

  isConfigured(id: string): boolean {
    return this.#config.accounts.has(id);
  }

  get configured(): readonly Account[] {
    return [...this.#config.accounts.values()];
  }

  async #look(context: CallContext, key: string, read: () => Promise<AccountRecord | undefined>): Promise<Account | undefined> {
    const generation = this.#generation.fresh ?? (await this.#generation.check(context));
    const known = this.#kept.get(generation, key);
    if (known !== undefined) return known ?? undefined;
    const record = await read();
    const account = record && Object.freeze({ id: record.id, canonicalId: record.canonicalId, displayName: record.displayName });
    this.#kept.set(generation, key, account ?? null);
    return account;
  }
}

/** As it is stored when it is made. */
export function newAccount(id: string, displayName: string, now: number): AccountRecord {
  return { id, canonicalId: deriveCanonicalId(id), displayName, createdAt: now, changes: 0 };
}
