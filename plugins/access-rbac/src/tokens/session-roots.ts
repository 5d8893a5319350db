import type { CallContext, Clock, Principal } from '@zas/plugin-api';
import crypto from 'node:crypto';
import type { Directory, KnownKey } from '../directory.js';
import type { AccessStore } from '../directory/access-store.js';
import type { Generation } from '../directory/generation.js';
import { Kept } from '../directory/kept.js';
import type { KnownKeys } from '../directory/known-keys.js';
import type { UserRecord } from '../directory/records.js';
import { isRevoked, isRoleOver, userIdOf } from '../directory/stored-policies.js';
import type { KeyRing } from '../secrets/key-ring.js';
import type { Roots } from './sessions.js';

const ROOT = /^(key|issuer|user|role):(.+?)(?:@(\d+))?$/s;
const KEPT = 10_000;
const PURPOSE = 'session-roots';

export interface SessionRootsParts {
  readonly config: Directory;
  readonly keys: KnownKeys;
  readonly store: AccessStore;
  readonly generation: Generation;
  readonly ring: KeyRing;
  readonly clock: Clock;
  /** An issuer of that short name is in the config and enabled. */
  readonly hasIssuer: (name: string) => boolean;
}

/** Looks at keys, issuers, users and roles that sessions were made from. */
export class SessionRoots implements Roots {
  readonly #parts: SessionRootsParts;
  readonly #users = new Kept<string, UserRecord | null>(KEPT);

  constructor(parts: SessionRootsParts) {
    this.#parts = parts;
  }

  /** The config can give a key's id to another secret, or to somebody else: its mark is then another one. */
  rootOf({ credentialId }: Principal): string {
    const configured = this.#parts.config.keys.get(credentialId);
    return `key:${credentialId}${configured === undefined ? '' : `#${this.#markOf(configured)}`}@${this.#parts.clock.now()}`;
  }

  async isGood(context: CallContext, root: string): Promise<boolean> {
    const [, kind, name = '', time] = ROOT.exec(root) ?? [];
    const issuedAt = time === undefined ? undefined : Number(time);
    switch (kind) {
      case 'key':
        return this.#isGoodKey(context, name, issuedAt);
      case 'issuer':
        return this.#parts.hasIssuer(name);
      case 'user': {
        const slash = name.indexOf('/');
        return this.#isGoodUser(context, name.slice(0, slash), name.slice(slash + 1), issuedAt);
      }
      case 'role': {
        const [account = '', id = ''] = name.split('/');
        return !isRoleOver((await this.#parts.store.findOwned(context, 'roles', account, id))?.record, issuedAt);
      }
      default:
        return false;
    }
  }

  async #isGoodKey(context: CallContext, name: string, issuedAt: number | undefined): Promise<boolean> {
    const { config, keys } = this.#parts;
    const [id = '', mark] = name.split('#');
    const configured = config.keys.get(id);
    if (configured !== undefined && mark !== this.#markOf(configured)) return false;
    const principal = configured?.principal ?? (await keys.find(context, id))?.principal;
    return principal !== undefined && this.#isGoodUser(context, principal.account.id, userIdOf(principal), issuedAt);
  }

  /** Of whom nothing is stored nothing is taken back. */
  async #isGoodUser(context: CallContext, account: string, id: string, issuedAt: number | undefined): Promise<boolean> {
    const { store, generation } = this.#parts;
    const now = generation.fresh ?? (await generation.check(context));
    let user = this.#users.get(now, `${account}/${id}`);
    if (user === undefined) {
      user = (await store.findOwned(context, 'users', account, id))?.record ?? null;
      this.#users.set(now, `${account}/${id}`, user);
    }
    return user === null || (user.enabled && !isRevoked({ issuedAt }, user.revokedBefore));
  }

  #markOf({ principal, secret }: KnownKey): string {
    return crypto.createHmac('sha256', this.#parts.ring.derive(PURPOSE)).update(`${principal.id}\n${secret}`, 'utf8').digest('base64url').slice(0, 22);
  }
}
