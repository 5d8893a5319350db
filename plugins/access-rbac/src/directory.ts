import { deriveAccountId, type Account, type Principal } from '@zas/plugin-api';
import type { AccessConfig } from './config.js';

/** One pair of keys and whose it is. */
export interface KnownKey {
  readonly principal: Principal;
  readonly secret: string;
}

/** Everybody whom the config names, by access-key id and by account. */
export interface Directory {
  readonly keys: ReadonlyMap<string, KnownKey>;
  readonly accounts: ReadonlyMap<string, Account>;
}

/**
 * Makes principals of the config's identities. The server root comes first and has
 * an account of its own; the first identity of an account is its root and gives it
 * canonical id and name.
 */
export function buildDirectory(config: AccessConfig): Directory {
  const keys = new Map<string, KnownKey>();
  const accounts = new Map<string, Account>();
  const root = config.root === undefined ? [] : [{ id: 'root', displayName: 'root', account: undefined, ...config.root }];
  for (const { id, displayName, accessKeyId, secretAccessKey, account } of [...root, ...config.identities]) {
    const accountId = account ?? deriveAccountId(id);
    const known = accounts.get(accountId);
    const owner = known ?? { id: accountId, canonicalId: id, displayName };
    accounts.set(accountId, owner);
    keys.set(accessKeyId, {
      secret: secretAccessKey,
      principal: {
        id: `config:${id}`,
        account: owner,
        accountRoot: known === undefined,
        serverRoot: id === 'root',
        credentialId: accessKeyId,
        roles: [],
        groups: [],
      },
    });
  }
  return { keys, accounts };
}
