import type { Account, CallContext, Credential, Credentials } from '@zas/plugin-api';

/** Credentials that are put in by hand. */
export class MemoryCredentials implements Credentials {
  readonly #byKey = new Map<string, Credential & { sessionToken?: string }>();

  add(credential: Credential, sessionToken?: string): this {
    this.#byKey.set(credential.principal.credentialId, { ...credential, sessionToken });
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

  #accounts(): Account[] {
    return [...this.#byKey.values()].map(({ principal }) => principal.account);
  }
}
