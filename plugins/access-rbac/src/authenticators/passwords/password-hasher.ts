import crypto from 'node:crypto';
import { promisify } from 'node:util';
import { BcryptThread } from './bcrypt-thread.js';
import { BoundedWork } from './bounded-work.js';
import { BCRYPT_BYTES, type PasswordHash } from './password-hash.js';
import type { PasswordsConfig } from './passwords-config.js';

const argon2 = promisify(crypto.argon2);

/** Longer passwords are wrong without being hashed. */
export const PASSWORD_BYTES = 1_024;

/** Checks passwords against stored hashes: off the server's own thread, few at a time. */
export class PasswordHasher {
  readonly #work: BoundedWork;
  readonly #bcrypt: readonly BcryptThread[];
  #turn = 0;

  constructor({ hashesAtOnce, hashesWaiting }: Pick<PasswordsConfig, 'hashesAtOnce' | 'hashesWaiting'>) {
    this.#work = new BoundedWork(hashesAtOnce, hashesWaiting);
    this.#bcrypt = Array.from({ length: hashesAtOnce }, () => new BcryptThread());
  }

  /** Throws `slow-down` when too many wait already. */
  async matches(password: string, hash: PasswordHash): Promise<boolean> {
    const bytes = Buffer.from(password, 'utf8');
    const most = hash.kind === 'bcrypt' ? BCRYPT_BYTES : PASSWORD_BYTES;
    const fits = bytes.length > 0 && bytes.length <= most && !bytes.includes(0);
    // What cannot be right is hashed all the same, so that nobody learns from the time which hash is stored.
    const right = await this.#work.run(() => this.#compare(fits ? password : 'x', hash));
    return right && fits;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#bcrypt.map((thread) => thread.stop()));
  }

  async #compare(password: string, hash: PasswordHash): Promise<boolean> {
    if (hash.kind === 'bcrypt') {
      this.#turn = (this.#turn + 1) % this.#bcrypt.length;
      return this.#bcrypt[this.#turn]!.compare(password, hash.text);
    }
    const { memory, passes, parallelism, salt, tag } = hash;
    const made = await argon2('argon2id', { message: password, nonce: salt, parallelism, tagLength: tag.length, memory, passes });
    return crypto.timingSafeEqual(made, tag);
  }
}
