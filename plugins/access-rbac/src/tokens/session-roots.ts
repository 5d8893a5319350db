import type { CallContext } from '@zas/plugin-api';
import type { Directory } from '../directory.js';
import type { AccessStore } from '../directory/access-store.js';
import type { KnownKeys } from '../directory/known-keys.js';
import { hasEnded, isRevoked } from '../directory/stored-policies.js';
import type { Roots } from './sessions.js';

const ROOT = /^(key|issuer|role|user):(.+?)(?:@(\d+))?$/s;

/** Looks at keys, issuers, roles and people that sessions were made from. */
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
        const role = (await this.#store.findOwned(context, 'roles', ...placeOf(name)))?.record;
        return role !== undefined && !hasEnded({ issuedAt: Number(time) }, role);
      }
      case 'user': {
        // Nothing need be stored of who comes from elsewhere.
        const user = (await this.#store.findOwned(context, 'users', ...placeOf(name)))?.record;
        return user === undefined || (user.enabled && !isRevoked({ issuedAt: Number(time) }, user.revokedBefore));
      }
      default:
        return false;
    }
  }
}

/** Of `ACCOUNT/ID`. */
function placeOf(name: string): readonly [account: string, id: string] {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
}
