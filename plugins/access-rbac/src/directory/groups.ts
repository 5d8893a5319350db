import { StoreError, type CallContext } from '@zas/plugin-api';
import { absent, nameOf, put, remove, type AccessStore } from './access-store.js';
import { keepAnAdministrator } from './administrators.js';
import type { RecordChanges } from './change-records.js';
import { requireAll, requireUnused } from './references.js';
import type { GroupRecord } from './records.js';

export interface GroupPatch {
  readonly description?: string;
  readonly roles?: readonly string[];
  readonly policies?: readonly string[];
}

/** Groups of an account. Who is in one stands with the users, or in their tokens. */
export class Groups {
  readonly #store: AccessStore;
  readonly #changes: RecordChanges;

  constructor(store: AccessStore, changes: RecordChanges) {
    this.#store = store;
    this.#changes = changes;
  }

  /** Throws `not-found`. */
  async get(context: CallContext, account: string, id: string): Promise<GroupRecord> {
    const found = await this.#store.findOwned(context, 'groups', account, id);
    if (found === undefined) throw absent('group');
    return found.record;
  }

  /** Throws `already-exists`; `not-found` for a role or policy that is not there. */
  create(context: CallContext, account: string, id: string, { description = '', roles = [], policies = [] }: GroupPatch): Promise<GroupRecord> {
    return this.#changes.change(context, account, async () => {
      if (await this.#store.findOwned(context, 'groups', account, id)) throw new StoreError('already-exists', 'There is such a group already');
      const answer = { id, description, roles, policies, createdAt: this.#changes.clock.now() };
      await this.#check(context, account, answer);
      return { writes: [put('groups', nameOf(account, id), answer, 0)], answer };
    });
  }

  /** Throws `not-found`; `conflict`, reason `last-administrator`. */
  update(context: CallContext, account: string, id: string, edit: (group: GroupRecord) => GroupPatch): Promise<GroupRecord> {
    return this.#changes.change(context, account, async () => {
      const group = await this.get(context, account, id);
      const given = Object.fromEntries(Object.entries(edit(group)).filter(([, value]) => value !== undefined));
      const answer: GroupRecord = { ...group, ...given };
      await this.#check(context, account, answer);
      await keepAnAdministrator(this.#store, context, account, { groups: new Map([[id, answer]]) });
      return { writes: [put('groups', nameOf(account, id), answer)], answer };
    });
  }

  /** Throws `not-found`; `conflict`, reason `in-use`, while it has members. */
  delete(context: CallContext, account: string, id: string): Promise<void> {
    return this.#changes.change(context, account, async () => {
      await this.get(context, account, id);
      await requireUnused(this.#store, context, account, 'groups', id);
      return { writes: [remove('groups', nameOf(account, id))], answer: undefined };
    });
  }

  async #check(context: CallContext, account: string, { roles, policies }: GroupRecord): Promise<void> {
    await requireAll(this.#store, context, account, 'roles', roles);
    await requireAll(this.#store, context, account, 'policies', policies);
  }
}
