import { StoreError, type CallContext } from '@zas/plugin-api';
import { absent, nameOf, put, remove, type AccessStore } from './access-store.js';
import { BUILT_IN_ROLES } from './built-in-roles.js';
import type { RecordChanges } from './change-records.js';
import { requireAll, requireOwn, requireUnused } from './references.js';
import type { RoleRecord } from './records.js';

export interface RolePatch {
  readonly description?: string;
  readonly policies?: readonly string[];
  readonly trustPolicy?: string | null;
  readonly maxSessionSeconds?: number;
  /** Sessions made until now are good no more. */
  readonly revokeSessions?: boolean;
}

const HOUR = 3_600;

/** Roles of an account, with those that each account has. */
export class Roles {
  readonly #store: AccessStore;
  readonly #changes: RecordChanges;

  constructor(store: AccessStore, changes: RecordChanges) {
    this.#store = store;
    this.#changes = changes;
  }

  /** Throws `not-found`. */
  async get(context: CallContext, account: string, id: string): Promise<RoleRecord> {
    const found = await this.#store.findOwned(context, 'roles', account, id);
    if (found === undefined) throw absent('role');
    return found.record;
  }

  /** Throws `already-exists`; `not-found` for a policy that is not there. */
  create(context: CallContext, account: string, id: string, patch: RolePatch): Promise<RoleRecord> {
    return this.#changes.change(context, account, async () => {
      if (await this.#store.findOwned(context, 'roles', account, id)) throw new StoreError('already-exists', 'There is such a role already');
      const now = this.#changes.clock.now();
      const answer = patched({ id, description: '', policies: [], maxSessionSeconds: HOUR, createdAt: now }, patch, now);
      await requireAll(this.#store, context, account, 'policies', answer.policies);
      return { writes: [put('roles', nameOf(account, id), answer, 0)], answer };
    });
  }

  /** Throws `not-found`; `conflict`, reason `built-in`. */
  update(context: CallContext, account: string, id: string, edit: (role: RoleRecord) => RolePatch): Promise<RoleRecord> {
    return this.#changes.change(context, account, async () => {
      requireOwn(BUILT_IN_ROLES, id);
      const role = await this.get(context, account, id);
      const answer = patched(role, edit(role), this.#changes.clock.now());
      await requireAll(this.#store, context, account, 'policies', answer.policies);
      return { writes: [put('roles', nameOf(account, id), answer)], answer };
    });
  }

  /** Its sessions end. Throws as {@link Roles.update}; `conflict`, reason `in-use`, while users or groups have it. */
  delete(context: CallContext, account: string, id: string): Promise<void> {
    return this.#changes.change(context, account, async () => {
      requireOwn(BUILT_IN_ROLES, id);
      await this.get(context, account, id);
      await requireUnused(this.#store, context, account, 'roles', id);
      return { writes: [remove('roles', nameOf(account, id))], answer: undefined };
    });
  }
}

function patched(role: RoleRecord, { trustPolicy, revokeSessions, ...patch }: RolePatch, now: number): RoleRecord {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<RoleRecord>;
  const { trustPolicy: old, ...kept } = role;
  const trust = trustPolicy === undefined ? old : (trustPolicy ?? undefined);
  return { ...kept, ...given, ...(trust === undefined ? {} : { trustPolicy: trust }), ...(revokeSessions === true ? { revokedBefore: now } : {}) };
}
