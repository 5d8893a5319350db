import { StoreError, type CallContext } from '@zas/plugin-api';
import type { AccessStore } from './access-store.js';
import { ADMIN_ROLE } from './built-in-roles.js';
import type { GroupRecord, UserRecord } from './records.js';

/** What is to become of some records; `null`: they go. */
export interface Planned {
  readonly users?: ReadonlyMap<string, UserRecord | null>;
  readonly groups?: ReadonlyMap<string, GroupRecord | null>;
}

/**
 * An account that has administrators keeps one: enabled users without a boundary that have
 * the role `admin`, themselves or through a group. Throws `conflict`, reason `last-administrator`.
 * Without any, as at first, the root of the account is the only one.
 */
export async function keepAnAdministrator(store: AccessStore, context: CallContext, account: string, planned: Planned): Promise<void> {
  const [before, after] = [new Set<string>(), new Set<string>()];
  for await (const { id, roles } of store.allOwned(context, 'groups', account)) {
    if (roles.includes(ADMIN_ROLE)) before.add(id);
    const now = planned.groups?.get(id);
    if ((now === undefined ? roles : (now?.roles ?? [])).includes(ADMIN_ROLE)) after.add(id);
  }
  let [had, has] = [false, false];
  for await (const user of store.allOwned(context, 'users', account)) {
    had ||= administers(user, before);
    const now = planned.users?.get(user.id);
    has ||= administers(now === undefined ? user : now, after);
    if (has) return;
  }
  for (const user of planned.users?.values() ?? []) has ||= administers(user, after);
  if (had && !has) {
    throw new StoreError('conflict', 'It would leave the account without an administrator', { details: { reason: 'last-administrator' } });
  }
}

function administers(user: UserRecord | null, groups: ReadonlySet<string>): boolean {
  // Who is capped cannot change who may what.
  if (user === null || !user.enabled || user.boundary !== undefined) return false;
  return user.roles.includes(ADMIN_ROLE) || user.groups.some((group) => groups.has(group));
}
