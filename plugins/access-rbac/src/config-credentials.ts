import type { Account, CallContext, Credential, Credentials } from '@zas/plugin-api';
import type { Directory } from './directory.js';

/** Credentials of the identities in the config. They carry no session token and do not expire. */
export class ConfigCredentials implements Credentials {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  async find(_context: CallContext, accessKeyId: string, sessionToken?: string): Promise<Credential | undefined> {
    if (sessionToken !== undefined) return undefined;
    const known = this.#directory.keys.get(accessKeyId);
    return known && { principal: known.principal, secret: known.secret };
  }

  async account(_context: CallContext, accountId: string): Promise<Account | undefined> {
    return this.#directory.accounts.get(accountId);
  }

  async accountByCanonicalId(_context: CallContext, canonicalId: string): Promise<Account | undefined> {
    return this.#directory.accountsByCanonicalId.get(canonicalId);
  }
}
