import type { CallContext } from '@zas/plugin-api';
import type { Directory } from '../../directory.js';
import type { PasswordAnswer, PasswordSource } from './password-source.js';
import { sameSecret } from './same-secret.js';

/** Access keys of the config, with their secrets as passwords. */
export class ConfigKeySource implements PasswordSource {
  readonly #directory: Pick<Directory, 'keys'>;

  constructor(directory: Pick<Directory, 'keys'>) {
    this.#directory = directory;
  }

  async verify(_context: CallContext, name: string, password: string): Promise<PasswordAnswer> {
    const known = this.#directory.keys.get(name);
    // An unknown key is compared too, with a secret that nobody has, so that it takes as long.
    const right = sameSecret(password, known?.secret ?? '');
    if (known === undefined) return 'unknown';
    return right ? { outcome: 'accepted', principal: known.principal } : 'wrong';
  }
}
