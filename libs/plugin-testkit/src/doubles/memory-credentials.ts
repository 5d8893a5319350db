import type { Account, CallContext, Credential, CredentialRenewal, Credentials, Principal } from '@zas/plugin-api';

/** Credentials that are put in by hand. */
export class MemoryCredentials implements Credentials, CredentialRenewal {
  readonly #byKey = new Map<string, Credential & { sessionToken?: string }>();

  add(credential: Credential, sessionToken?: string): this {
    this.#byKey.set(credential.principal.credentialId, { ...credential, sessionToken });
    return this;
  }

  remove(accessKeyId: string): this {
    this.#byKey.delete(accessKeyId);
    return this;
  }

  async find(_context: CallContext, accessKeyId: string, sessionToken?: string): Promise<Credential | undefined> {
    const found = this.#byKey.get(accessKeyId);
    return found?.sessionToken === sessionToken ? found : undefined;
  }

  async account(_context: CallContext, accountId: string): Promise<Account | undefined> {
    return this.#accounts().find(({ id }) => id === accountId);
  }

  async accountByCanonicalId(_context: CallContext, canonicalId: string): Promise<Account | undefined> {
    return this.#accounts().find((account) => account.canonicalId === canonicalId);
  }

  async renew(_context: CallContext, { id, credentialId, expiresAt }: Principal, since: number): Promise<Principal | undefined> {
    const found = this.#byKey.get(credentialId)?.principal;
    const ended = found?.id !== id || Math.min(expiresAt ?? Infinity, found.expiresAt ?? Infinity) <= since;
    return ended ? undefined : found;
  }

  #accounts(): Account[] {
    return [...this.#byKey.values()].map(({ principal }) => principal.account);
  }
}
