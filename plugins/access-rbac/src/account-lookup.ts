import { deriveAccountId, type Account } from '@zas/plugin-api';
import { deriveCanonicalId } from './accounts.js';
import type { AccountOf } from './authenticators/source-principal.js';
import type { Directory } from './directory.js';

/** Accounts as the directory has them; the server root's also where nobody can be the root. */
export function accountLookup(directory: Pick<Directory, 'accounts'>): AccountOf {
  const rootId = deriveAccountId('root');
  const root: Account = directory.accounts.get(rootId) ?? { id: rootId, canonicalId: deriveCanonicalId(rootId), displayName: 'root' };
  return (accountId) => {
    if (accountId === undefined || accountId === rootId) return root;
    const found = directory.accounts.get(accountId);
    if (!found) throw new Error('An account that nobody named');
    return found;
  };
}

/** For what was kept of somebody who came in: accounts that were made later are there too, and are looked up when he is renewed. */
export function keptAccountLookup({ accounts }: Pick<Directory, 'accounts'>): AccountOf {
  return (id = deriveAccountId('root')) => accounts.get(id) ?? { id, canonicalId: deriveCanonicalId(id), displayName: id };
}
