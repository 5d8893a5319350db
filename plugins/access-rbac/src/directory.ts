import { deriveAccountId, type Account, type Principal } from '@zas/plugin-api';
import { ANONYMOUS_ACCOUNT, deriveCanonicalId } from './accounts.js';
import { accountsNamed } from './authenticators/authenticators-config.js';
import type { AccessConfig, IdentityConfig } from './config.js';
import type { IdentityPolicies } from './decision/caller.js';
import { identityPolicies } from './identity-policies.js';

/** One pair of keys and whose it is. */
export interface KnownKey {
  readonly principal: Principal;
  readonly secret: string;
}

/** Everybody whom the config names. */
export interface Directory {
  readonly keys: ReadonlyMap<string, KnownKey>;
  /** With the anonymous one. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly accountsByCanonicalId: ReadonlyMap<string, Account>;
  /** By the principal's id. */
  readonly policies: ReadonlyMap<string, IdentityPolicies>;
}

/**
 * Makes principals of the config's identities. The server root comes first and has
 * an account of its own; the first identity of an account is its root and gives it
 * canonical id and name.
 */
export function buildDirectory(config: AccessConfig): Directory {
  const keys = new Map<string, KnownKey>();
  const accounts = new Map<string, Account>([[ANONYMOUS_ACCOUNT.id, ANONYMOUS_ACCOUNT]]);
  const policies = new Map<string, IdentityPolicies>();
  const root: readonly IdentityConfig[] = config.root === undefined ? [] : [{ id: 'root', displayName: 'root', ...config.root }];
  for (const identity of [...root, ...config.identities]) {
    const { id, displayName, accessKeyId, secretAccessKey, account } = identity;
    const accountId = account ?? deriveAccountId(id);
    const known = accounts.get(accountId);
    const owner = known ?? { id: accountId, canonicalId: identity.canonicalId ?? deriveCanonicalId(accountId), displayName };
    accounts.set(accountId, owner);
    policies.set(`config:${id}`, identityPolicies(identity));
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
  for (const id of accountsNamed(config)) {
    if (!accounts.has(id)) accounts.set(id, { id, canonicalId: deriveCanonicalId(id), displayName: id });
  }
  const accountsByCanonicalId = new Map([...accounts.values()].map((account) => [account.canonicalId, account]));
  return { keys, accounts, accountsByCanonicalId, policies };
}
