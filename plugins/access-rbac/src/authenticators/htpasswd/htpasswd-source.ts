import type { CallContext, Principal } from '@zas/plugin-api';
import type { PasswordHash } from '../passwords/password-hash.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { PasswordAnswer, PasswordSource } from '../passwords/password-source.js';
import type { VerifiedPasswords } from '../passwords/verified-passwords.js';
import { sourcePrincipal, type AccountOf } from '../source-principal.js';
import type { HtpasswdConfig } from './htpasswd-config.js';
import type { HtpasswdFile } from './htpasswd-file.js';

/** Stands in where a file has no user whose hash could be computed instead. */
const DECOY: PasswordHash = { kind: 'argon2id', memory: 19_456, passes: 2, parallelism: 1, salt: Buffer.alloc(16), tag: Buffer.alloc(32) };

export interface HtpasswdParts {
  readonly file: HtpasswdFile;
  readonly hasher: PasswordHasher;
  readonly verified: VerifiedPasswords<true>;
  readonly accountOf: AccountOf;
}

/** Users of an htpasswd file. */
export class HtpasswdSource implements PasswordSource {
  #seen: ReadonlyMap<string, PasswordHash> | undefined;

  constructor(
    private readonly config: HtpasswdConfig,
    private readonly parts: HtpasswdParts,
  ) {}

  async verify(_context: CallContext, name: string, password: string): Promise<PasswordAnswer> {
    const { file, hasher, verified } = this.parts;
    const users = await file.users();
    if (users !== this.#seen) {
      verified.clear();
      this.#seen = users;
    }
    const hash = users.get(name);
    if (hash === undefined) {
      await hasher.matches(password, users.values().next().value ?? DECOY);
      return 'unknown';
    }
    if (!verified.find(name, password)) {
      if (!(await hasher.matches(password, hash))) return 'wrong';
      // While it was computed the file may have changed; then it counts once only.
      if (users === this.#seen) verified.add(name, password, true);
    }
    return { outcome: 'accepted', principal: this.#principal(name) };
  }

  #principal(name: string): Principal {
    const { config } = this;
    const own = Object.hasOwn(config.users, name) ? config.users[name] : undefined;
    return sourcePrincipal({
      issuer: config.name,
      subject: name,
      account: this.parts.accountOf(config.account),
      credentialId: `${config.name}:${name}`,
      roles: [...config.roles, ...(own?.roles ?? [])],
      groups: [...config.groups, ...(own?.groups ?? [])],
    });
  }
}
