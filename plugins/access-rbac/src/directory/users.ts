import { StoreError, type CallContext } from '@zas/plugin-api';
import { absent, nameOf, put, remove, removeKey, type AccessStore, type RecordWrite } from './access-store.js';
import { keepAnAdministrator } from './administrators.js';
import type { RecordChanges } from './change-records.js';
import { requireAll } from './references.js';
import type { UserRecord } from './records.js';

/** What may be set on a user; absent fields stay as they are, `null` removes. */
export interface UserPatch {
  readonly displayName?: string;
  readonly email?: string | null;
  readonly enabled?: boolean;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly policies?: readonly string[];
  readonly boundary?: string | null;
  /** Credentials made until now are good no more. */
  readonly revokeSessions?: boolean;
}

/** Users of an account. */
export class Users {
  readonly #store: AccessStore;
  readonly #changes: RecordChanges;

  readonly #isTaken: (id: string, account: string) => boolean;

  /** @param isTaken the config has an identity of that id in the account, which policies would not tell from a user of that name */
  constructor(store: AccessStore, changes: RecordChanges, isTaken: (id: string, account: string) => boolean) {
    this.#store = store;
    this.#changes = changes;
    this.#isTaken = isTaken;
  }

  /** Throws `not-found`. */
  async get(context: CallContext, account: string, id: string): Promise<UserRecord> {
    const found = await this.#store.findOwned(context, 'users', account, id);
    if (found === undefined) throw absent('user');
    return found.record;
  }

  /** Throws `already-exists`; `not-found` for a role, group or policy that is not there. */
  create(context: CallContext, account: string, id: string, patch: UserPatch): Promise<UserRecord> {
    return this.#changes.change(context, account, async () => {
      if (this.#isTaken(id, account) || (await this.#store.findOwned(context, 'users', account, id))) throw new StoreError('already-exists', 'There is such a user already');
      const now = this.#changes.clock.now();
      const fresh: UserRecord = { id, displayName: id, enabled: true, roles: [], groups: [], policies: [], createdAt: now };
      const answer = patched(fresh, patch, now);
      await this.#check(context, account, answer);
      return { writes: [put('users', nameOf(account, id), answer, 0)], answer };
    });
  }

  /**
   * Throws `not-found`; `conflict`, reason `last-administrator`.
   * @param edit what to change, from what is there
   */
  update(context: CallContext, account: string, id: string, edit: (user: UserRecord) => UserPatch): Promise<UserRecord> {
    return this.#changes.change(context, account, async () => {
      const user = await this.get(context, account, id);
      const answer = patched(user, edit(user), this.#changes.clock.now());
      await this.#check(context, account, answer);
      await keepAnAdministrator(this.#store, context, account, { users: new Map([[id, answer]]) });
      return { writes: [put('users', nameOf(account, id), answer)], answer };
    });
  }

  /** With all keys of the user. Throws as {@link Users.update}. */
  delete(context: CallContext, account: string, id: string): Promise<void> {
    return this.#changes.change(context, account, async () => {
      await this.get(context, account, id);
      await keepAnAdministrator(this.#store, context, account, { users: new Map([[id, null]]) });
      const writes: RecordWrite[] = [remove('users', nameOf(account, id))];
      for (const key of await this.#store.keysOf(context, account, id)) {
        const found = await this.#store.find(context, 'keys', key);
        if (found) writes.push(...removeKey(found.record));
      }
      return { writes, answer: undefined };
    });
  }

  async #check(context: CallContext, account: string, { roles, groups, policies, boundary }: UserRecord): Promise<void> {
    await requireAll(this.#store, context, account, 'roles', roles);
    await requireAll(this.#store, context, account, 'groups', groups);
    await requireAll(this.#store, context, account, 'policies', boundary === undefined ? policies : [...policies, boundary]);
  }
}

function patched(user: UserRecord, { email, boundary, revokeSessions, ...patch }: UserPatch, now: number): UserRecord {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<UserRecord>;
  const changed: UserRecord = {
    ...user,
    ...given,
    ...(email === undefined ? {} : { email: email ?? undefined }),
    ...(boundary === undefined ? {} : { boundary: boundary ?? undefined }),
    ...(revokeSessions === true ? { revokedBefore: now } : {}),
  };
  // What is stored has no fields without a value.
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) as unknown as UserRecord;
}
