import type { Account, CallContext, Clock, Credential, CredentialRenewal, Credentials, Principal } from '@zas/plugin-api';
import type { Directory } from './directory.js';
import type { AccessStore } from './directory/access-store.js';
import type { AccountDirectory } from './directory/account-directory.js';
import type { KnownKeys } from './directory/known-keys.js';
import { isRevoked, userIdOf } from './directory/stored-policies.js';
import type { Sessions } from './tokens/sessions.js';

/** Tokens made of what only a foreign credential said are good for so long. */
const FOREIGN_MS = 3_600_000;

interface Parts {
  readonly config: Directory;
  readonly store: AccessStore;
  readonly keys: KnownKeys;
  readonly sessions: Sessions;
  readonly accounts: AccountDirectory;
  readonly clock: Clock;
  /** Whether people still come from there: an issuer that is enabled, a directory, a file. */
  readonly hasSource: (name: string) => boolean;
}

/** Key pairs of the config and of stored users, and temporary ones. */
export class StoredCredentials implements Credentials, CredentialRenewal {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async find(context: CallContext, accessKeyId: string, sessionToken?: string): Promise<Credential | undefined> {
    const { config, keys, sessions } = this.#parts;
    if (sessionToken !== undefined) return sessions.find(context, accessKeyId, sessionToken);
    const known = config.keys.get(accessKeyId);
    if (known !== undefined) return { principal: known.principal, secret: known.secret };
    const stored = await keys.find(context, accessKeyId);
    if (stored?.key.kind !== 'access') return undefined;
    const { principal, secret } = stored;
    return { principal, secret, ...(principal.expiresAt === undefined ? {} : { expiresAt: principal.expiresAt }) };
  }

  /** To whose account a credential belongs; `undefined` where it is not known any more. */
  async accountOfCredential(context: CallContext, credentialId: string): Promise<string | undefined> {
    const { config, keys, sessions } = this.#parts;
    const configured = config.keys.get(credentialId)?.principal.account.id;
    return configured ?? sessions.accountOf(credentialId) ?? (await keys.find(context, credentialId))?.principal.account.id;
  }

  account(context: CallContext, accountId: string): Promise<Account | undefined> {
    return this.#parts.accounts.find(context, accountId);
  }

  accountByCanonicalId(context: CallContext, canonicalId: string): Promise<Account | undefined> {
    return this.#parts.accounts.findByCanonicalId(context, canonicalId);
  }

  async renew(context: CallContext, principal: Principal, since: number): Promise<Principal | undefined> {
    const own = principal.id.startsWith('config:') || principal.id.startsWith('local:');
    return own || since + FOREIGN_MS > this.#parts.clock.now() ? this.lookAgain(context, principal, since) : undefined;
  }

  /** As {@link StoredCredentials.renew}, for those who limit by themselves how long they go on. */
  async lookAgain(context: CallContext, principal: Principal, since: number): Promise<Principal | undefined> {
    const { config, keys, store, accounts, hasSource } = this.#parts;
    const now = this.#parts.clock.now();
    if (principal.expiresAt !== undefined && principal.expiresAt <= now) return undefined;
    const user = (await store.findOwned(context, 'users', principal.account.id, userIdOf(principal)))?.record;
    const shut = user?.enabled === false || isRevoked({ issuedAt: since }, user?.revokedBefore);
    // As in decisions, nothing that is stored shuts the root of the server out.
    if (shut && !principal.serverRoot) return undefined;
    const configured = config.keys.get(principal.credentialId);
    const issuedAt = principal.issuedAt ?? since;
    if (configured !== undefined) return configured.principal.id === principal.id ? capped({ ...configured.principal, issuedAt }, principal) : undefined;
    if (principal.id.startsWith('local:')) {
      const key = await keys.find(context, principal.credentialId);
      return key?.principal.id === principal.id ? Object.freeze({ ...key.principal, issuedAt }) : undefined;
    }
    if (!hasSource(principal.id.slice(0, principal.id.indexOf(':')))) return undefined;
    const account = await accounts.find(context, principal.account.id);
    if (account === undefined) return undefined;
    return Object.freeze({ ...principal, account, issuedAt });
  }
}

/** What capped the credential still does. */
function capped(now: Principal, { sessionPolicies }: Principal): Principal {
  return sessionPolicies === undefined ? now : Object.freeze({ ...now, sessionPolicies });
}
