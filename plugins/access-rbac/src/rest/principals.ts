import { StoreError, type Account, type CallContext, type Principal } from '@zas/plugin-api';
import { principalIdOf, userIdOf } from '../directory/stored-policies.js';
import type { AccessParts } from './access-parts.js';

/**
 * Somebody to ask about, as if he came in with a credential of the plainest kind: no session, no cap of a
 * key, no groups or roles but those stored here. Throws `not-found`.
 * @param id principal id, a user's name, or `role:NAME`
 */
export async function principalOf(parts: AccessParts, context: CallContext, account: string, id: string): Promise<Principal> {
  const configured = [...parts.config.keys.values()].find(({ principal }) => principal.id === id && principal.account.id === account);
  if (configured !== undefined) return configured.principal;
  const owner = await parts.accounts.find(context, account);
  if (owner === undefined) throw new StoreError('not-found', 'There is no such account');
  if (id.startsWith('role:')) {
    const role = id.slice('role:'.length);
    if (!(await parts.store.findOwned(context, 'roles', account, role))) throw new StoreError('not-found', 'There is no such role');
    return plainRole(owner, role);
  }
  const user = await parts.store.findOwned(context, 'users', account, userIdOf({ id }));
  if (user === undefined) throw new StoreError('not-found', 'There is no such user');
  return plainPrincipal(owner, principalIdOf(user.record.id));
}

/** Everybody in an account about whom can be asked, but for those who are only in tokens. */
export async function* allPrincipals(parts: AccessParts, context: CallContext, account: string): AsyncGenerator<{ readonly name: string; readonly principal: Principal }> {
  const seen = new Set<string>();
  for (const { principal } of parts.config.keys.values()) {
    if (principal.account.id !== account || seen.has(principal.id)) continue;
    seen.add(principal.id);
    yield { name: principal.id, principal };
  }
  const owner = await parts.accounts.find(context, account);
  if (owner === undefined) return;
  for await (const { id } of parts.store.allOwned(context, 'users', account)) {
    const name = principalIdOf(id);
    if (!seen.has(name)) yield { name, principal: plainPrincipal(owner, name) };
  }
  for await (const { id } of parts.store.allOwned(context, 'roles', account)) yield { name: `role:${id}`, principal: plainRole(owner, id) };
}

const plainPrincipal = (account: Account, id: string): Principal => ({ account, accountRoot: false, serverRoot: false, credentialId: '', roles: [], groups: [], id });
const plainRole = (account: Account, role: string): Principal => ({ ...plainPrincipal(account, `role:${role}/question`), assumedRole: role });
