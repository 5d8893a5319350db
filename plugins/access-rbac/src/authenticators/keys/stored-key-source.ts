import type { CallContext } from '@zas/plugin-api';
import type { KnownKeys } from '../../directory/known-keys.js';
import type { PasswordAnswer, PasswordSource } from '../passwords/password-source.js';
import { sameSecret } from '../passwords/same-secret.js';

/** Access keys of stored users, with their secrets as passwords. */
export class StoredKeySource implements PasswordSource {
  readonly #keys: KnownKeys;

  constructor(keys: KnownKeys) {
    this.#keys = keys;
  }

  async verify(context: CallContext, name: string, password: string): Promise<PasswordAnswer> {
    const known = await this.#keys.find(context, name);
    const good = known?.key.kind === 'access' ? known : undefined;
    const right = sameSecret(password, good?.secret ?? '');
    if (good === undefined) return 'unknown';
    return right ? { outcome: 'accepted', principal: good.principal } : 'wrong';
  }
}
