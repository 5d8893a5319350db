import { ANONYMOUS_ACCOUNT_ID, StoreError, type CallContext, type MetadataStore } from '@zas/plugin-api';
import { absent, isOvertaken, nameOf, put, remove, type AccessStore } from './access-store.js';
import { MOST_ACCOUNTS, newAccount, type AccountDirectory } from './account-directory.js';
import type { Generation } from './generation.js';
import type { AccountRecord } from './records.js';

/** An account as it is shown. */
export interface ShownAccount {
  readonly id: string;
  readonly canonicalId: string;
  readonly displayName: string;
  readonly configured: boolean;
}

/** Makes and removes accounts. */
export class Accounts {
  readonly #store: AccessStore;
  readonly #directory: AccountDirectory;
  readonly #metadata: MetadataStore;
  readonly #generation: Generation;
  readonly #now: () => number;

  constructor(parts: { store: AccessStore; directory: AccountDirectory; metadata: MetadataStore; generation: Generation; now: () => number }) {
    this.#store = parts.store;
    this.#directory = parts.directory;
    this.#metadata = parts.metadata;
    this.#generation = parts.generation;
    this.#now = parts.now;
  }

  async list(context: CallContext): Promise<readonly ShownAccount[]> {
    const stored = await this.#store.list(context, 'accounts', { limit: MOST_ACCOUNTS });
    const configured = this.#directory.configured.filter(({ id }) => id !== ANONYMOUS_ACCOUNT_ID);
    return [
      ...configured.map(({ id, canonicalId, displayName }) => ({ id, canonicalId, displayName, configured: true })),
      ...stored.filter(({ id }) => !this.#directory.isConfigured(id)).map(shown),
    ];
  }

  async find(context: CallContext, id: string): Promise<ShownAccount | undefined> {
    const found = id === ANONYMOUS_ACCOUNT_ID ? undefined : await this.#directory.find(context, id);
    return found && { id, canonicalId: found.canonicalId, displayName: found.displayName, configured: this.#directory.isConfigured(id) };
  }

  /** Throws `already-exists`. */
  async create(context: CallContext, id: string, displayName: string): Promise<ShownAccount> {
    const taken = new StoreError('already-exists', 'There is such an account already');
    if (id === ANONYMOUS_ACCOUNT_ID || (await this.#directory.find(context, id))) throw taken;
    const record = newAccount(id, displayName, this.#now());
    try {
      this.#generation.advance(await this.#store.write(context, [put('accounts', id, record, 0), put('canonical-ids', record.canonicalId, { account: id }, 0)]));
    } catch (error) {
      if (isOvertaken(error)) throw taken;
      throw error;
    }
    return shown(record);
  }

  /** Throws `not-found`; `conflict` while it has users or owns buckets or repositories, and for those of the config. */
  async delete(context: CallContext, id: string): Promise<void> {
    if (this.#directory.isConfigured(id)) throw new StoreError('conflict', 'The account comes from the config');
    const found = await this.#store.find(context, 'accounts', id);
    if (found === undefined) throw absent('account');
    if (await this.#isUsed(context, id)) throw new StoreError('conflict', 'The account has users or owns something', { details: { reason: 'in-use' } });
    const removals = [remove('canonical-ids', found.record.canonicalId)];
    for (const collection of ['roles', 'policies', 'groups'] as const) {
      for await (const record of this.#store.allOwned(context, collection, id)) removals.push(remove(collection, nameOf(id, record.id)));
    }
    if (removals.length > 90) throw new StoreError('conflict', 'Delete roles, policies and groups of the account first', { details: { reason: 'in-use' } });
    try {
      this.#generation.advance(await this.#store.write(context, [...removals, { ...remove('accounts', id), ifRevision: found.revision }]));
    } catch (error) {
      if (isOvertaken(error)) throw new StoreError('conflict', 'Others change the same account at the moment', { details: { retriable: true } });
      throw error;
    }
  }

  /** Repositories are looked through, as they are not listed by owner. */
  async #isUsed(context: CallContext, id: string): Promise<boolean> {
    if ((await this.#store.listOwned(context, 'users', id, { limit: 1 })).length > 0) return true;
    if ((await this.#metadata.buckets.list(context, { owner: id, limit: 1 })).length > 0) return true;
    for (let after: string | undefined; ; ) {
      const page = await this.#metadata.repositories.list(context, { after, limit: 1_000 });
      if (page.some(({ owner }) => owner === id)) return true;
      after = page.at(-1)?.name;
      if (page.length < 1_000) return false;
    }
  }
}

function shown({ id, canonicalId, displayName }: AccountRecord): ShownAccount {
  return { id, canonicalId, displayName, configured: false };
}
