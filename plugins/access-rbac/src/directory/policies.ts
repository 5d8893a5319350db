import { StoreError, type CallContext } from '@zas/plugin-api';
import { absent, nameOf, put, remove, type AccessStore, type RecordWrite } from './access-store.js';
import { BUILT_IN_POLICIES, BUILT_IN_ROLES } from './built-in-roles.js';
import type { RecordChanges } from './change-records.js';
import { requireOwn, requireUnused } from './references.js';
import type { PolicyRecord } from './records.js';

/** What a policy can hang on. */
export interface PolicyHolder {
  readonly kind: 'user' | 'group' | 'role';
  readonly id: string;
}

const COLLECTIONS = { user: 'users', group: 'groups', role: 'roles' } as const;
const MOST_POLICIES = 100;

/** Policies of an account, with those that each account has. Documents were examined before they come here. */
export class Policies {
  readonly #store: AccessStore;
  readonly #changes: RecordChanges;

  constructor(store: AccessStore, changes: RecordChanges) {
    this.#store = store;
    this.#changes = changes;
  }

  /** Throws `not-found`. */
  async get(context: CallContext, account: string, id: string): Promise<PolicyRecord> {
    const found = await this.#store.findOwned(context, 'policies', account, id);
    if (found === undefined) throw absent('policy');
    return found.record;
  }

  /** Throws `already-exists`. */
  create(context: CallContext, account: string, id: string, { description = '', document }: { description?: string; document: string }): Promise<PolicyRecord> {
    return this.#changes.change(context, account, async () => {
      if (await this.#store.findOwned(context, 'policies', account, id)) throw new StoreError('already-exists', 'There is such a policy already');
      const now = this.#changes.clock.now();
      const answer = { id, description, document, createdAt: now, updatedAt: now };
      return { writes: [put('policies', nameOf(account, id), answer, 0)], answer };
    });
  }

  /** Counts for everybody whom it hangs on, at once. Throws `not-found`; `conflict`, reason `built-in`. */
  update(context: CallContext, account: string, id: string, patch: { description?: string; document?: string }): Promise<PolicyRecord> {
    return this.#changes.change(context, account, async () => {
      requireOwn(BUILT_IN_POLICIES, id);
      const policy = await this.get(context, account, id);
      const { description = policy.description, document = policy.document } = patch;
      const answer = { ...policy, description, document, updatedAt: this.#changes.clock.now() };
      return { writes: [put('policies', nameOf(account, id), answer)], answer };
    });
  }

  /** Throws as {@link Policies.update}; `conflict`, reason `in-use`, while it hangs on anything. */
  delete(context: CallContext, account: string, id: string): Promise<void> {
    return this.#changes.change(context, account, async () => {
      requireOwn(BUILT_IN_POLICIES, id);
      await this.get(context, account, id);
      await requireUnused(this.#store, context, account, 'policies', id);
      return { writes: [remove('policies', nameOf(account, id))], answer: undefined };
    });
  }

  /** Idempotent. Throws `not-found`; `conflict` for a built-in role, or one policy too many. */
  attach(context: CallContext, account: string, id: string, holder: PolicyHolder): Promise<void> {
    return this.#hang(context, account, id, holder, (policies) => {
      if (policies.includes(id)) return policies;
      if (policies.length >= MOST_POLICIES) throw new StoreError('conflict', `No more than ${MOST_POLICIES} policies can hang there`);
      return [...policies, id];
    });
  }

  /** Idempotent. Throws as {@link Policies.attach}. */
  detach(context: CallContext, account: string, id: string, holder: PolicyHolder): Promise<void> {
    return this.#hang(context, account, id, holder, (policies) => (policies.includes(id) ? policies.filter((policy) => policy !== id) : policies));
  }

  #hang(context: CallContext, account: string, id: string, { kind, id: holderId }: PolicyHolder, edit: (policies: readonly string[]) => readonly string[]): Promise<void> {
    return this.#changes.change(context, account, async () => {
      await this.get(context, account, id);
      if (kind === 'role') requireOwn(BUILT_IN_ROLES, holderId);
      const found = await this.#store.findOwned(context, COLLECTIONS[kind], account, holderId);
      if (found === undefined) throw absent(kind);
      const policies = edit(found.record.policies);
      const write: RecordWrite = { collection: COLLECTIONS[kind], id: nameOf(account, holderId), value: { ...found.record, policies } };
      return { writes: policies === found.record.policies ? [] : [write], answer: undefined };
    });
  }
}
