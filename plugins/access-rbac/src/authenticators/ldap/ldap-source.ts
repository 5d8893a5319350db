import type { CallContext, Principal } from '@zas/plugin-api';
import { BoundedWork } from '../passwords/bounded-work.js';
import { PASSWORD_BYTES } from '../passwords/password-hasher.js';
import type { PasswordAnswer, PasswordSource } from '../passwords/password-source.js';
import type { VerifiedPasswords } from '../passwords/verified-passwords.js';
import { sourcePrincipal, type AccountOf } from '../source-principal.js';
import type { LdapConfig } from './ldap-config.js';
import type { LdapDirectory, LdapUser } from './ldap-directory.js';

export interface LdapParts {
  readonly directory: Pick<LdapDirectory, 'login'>;
  readonly verified: VerifiedPasswords<LdapUser>;
  readonly accountOf: AccountOf;
}

/** People of a directory. */
export class LdapSource implements PasswordSource {
  readonly #work: BoundedWork;

  constructor(
    private readonly config: LdapConfig,
    private readonly parts: LdapParts,
  ) {
    this.#work = new BoundedWork(config.loginsAtOnce, config.loginsWaiting);
  }

  async verify(context: CallContext, name: string, password: string): Promise<PasswordAnswer> {
    // A bind with a name and no password succeeds without proving anything (RFC 4513, section 5.1.2).
    if (password === '' || password.includes('\0') || Buffer.byteLength(password) > PASSWORD_BYTES) return 'unknown';
    if (/[\u0000-\u001f\u007f]/.test(name)) return 'unknown';
    const { verified, directory } = this.parts;
    const remembered = verified.find(name, password);
    const user = remembered ?? (await this.#work.run(() => this.#login(context, directory, name, password)));
    if (typeof user === 'string') return user;
    if (remembered === undefined) verified.add(name, password, user);
    return { outcome: 'accepted', principal: this.#principal(user) };
  }

  #principal(user: LdapUser): Principal {
    const { config } = this;
    return sourcePrincipal({
      issuer: config.name,
      subject: user.name,
      account: this.parts.accountOf(config.account),
      credentialId: `${config.name}:${user.name}`,
      roles: [...config.roles, ...user.groups.flatMap((group) => (Object.hasOwn(config.roleMap, group) ? config.roleMap[group]! : []))],
      groups: [...config.groups, ...user.groups],
    });
  }

  async #login({ logger }: CallContext, directory: LdapParts['directory'], name: string, password: string) {
    try {
      return await directory.login(name, password);
    } catch (error) {
      logger.warn('A directory cannot be asked', { source: this.config.name, problem: String((error as Error).cause ?? error) });
      throw error;
    }
  }
}
