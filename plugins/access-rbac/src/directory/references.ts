import { StoreError, type CallContext } from '@zas/plugin-api';
import { absent, type AccessStore } from './access-store.js';
import type { OwnedCollection } from './records.js';

const SINGULAR: Readonly<Record<OwnedCollection, string>> = { users: 'user', groups: 'group', roles: 'role', policies: 'policy' };

/** Throws `not-found` for the first name that is none in the account. */
export async function requireAll(store: AccessStore, context: CallContext, account: string, collection: OwnedCollection, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if (!(await store.findOwned(context, collection, account, id))) throw absent(SINGULAR[collection]);
  }
}

/** Throws `conflict`, reason `in-use`, while users or groups have that role, users that group, or any of them that policy. */
export async function requireUnused(store: AccessStore, context: CallContext, account: string, collection: 'groups' | 'roles' | 'policies', id: string): Promise<void> {
  const inUse = (by: string): StoreError =>
    new StoreError('conflict', `It is still in use by a ${by}`, { details: { reason: 'in-use' } });
  for await (const user of store.allOwned(context, 'users', account)) {
    if (user[collection].includes(id) || (collection === 'policies' && user.boundary === id)) throw inUse('user');
  }
  if (collection === 'groups') return;
  for await (const group of store.allOwned(context, 'groups', account)) if (group[collection].includes(id)) throw inUse('group');
  if (collection === 'roles') return;
  for await (const role of store.allOwned(context, 'roles', account)) if (role.policies.includes(id)) throw inUse('role');
}

/** Throws `conflict`, reason `built-in`. */
export function requireOwn(builtIn: ReadonlyMap<string, unknown>, id: string): void {
  if (builtIn.has(id)) throw new StoreError('conflict', 'What is built in cannot be changed', { details: { reason: 'built-in' } });
}
