import type { CallContext } from '@zas/plugin-api';
import type { Directory } from '../directory.js';
import type { AccessStore } from '../directory/access-store.js';
import type { KnownKeys } from '../directory/known-keys.js';
import { isRevoked } from '../directory/stored-policies.js';
import type { Roots } from './sessions.js';

const ROOT = /^(key|issuer|role):(.+?)(?:@(\d+))?$/;

/** Looks at keys, issuers and roles that sessions were made from. */
export class SessionRoots implements Roots {
  readonly #config: Directory;
  readonly #keys: KnownKeys;
  readonly #store: AccessStore;
  readonly #hasIssuer: (name: string) => boolean;

  /** @param hasIssuer an issuer of that short name is in the config and enabled */
  constructor(config: Directory, keys: KnownKeys, store: AccessStore, hasIssuer: (name: string) => boolean) {
    this.#config = config;
    this.#keys = keys;
    this.#store = store;
    this.#hasIssuer = hasIssuer;
  }

  async isGood(context: CallContext, root: string): Promise<boolean> {
    const [, kind, name = '', time] = ROOT.exec(root) ?? [];
    switch (kind) {
      case 'key':
        return this.#config.keys.has(name) || (await this.#keys.find(context, name)) !== undefined;
      case 'issuer':
        return this.#hasIssuer(name);
      case 'role': {
        const [account = '', id = ''] = name.split('/');
        const role = (await this.#store.findOwned(context, 'roles', account, id))?.record;
        return role !== undefined && !isRevoked({ issuedAt: Number(time) }, role.revokedBefore);
      }
      default:
        return false;
    }
  }
}
