import { StoreError } from '@zas/plugin-api';
import crypto from 'node:crypto';

/** Keys for what this plugin signs and keeps secret, all made of one master key. */
export interface KeyRing {
  /** 32 bytes, the same at each call and on each server with that master key. One purpose's say nothing about another's. */
  derive(purpose: string): Buffer;
  /** As {@link derive}, for what was signed earlier: the present key first, then those of the master keys before. */
  deriveAll(purpose: string): readonly Buffer[];
  /**
   * Encrypts and signs.
   * @param bound what has to be said again to open it, such as the id of the record in which it is kept
   */
  seal(purpose: string, plaintext: Uint8Array, bound: string): string;
  /** What {@link seal} was given. Throws `corrupt` for anything changed, of another purpose, bound to something else, or of a master key that is gone. */
  open(purpose: string, sealed: string, bound: string): Buffer;
}

export const MASTER_KEY_BYTES = 32;

const SALT = Buffer.from('zas/access-rbac/v1');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/;

interface MasterKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A key ring over master keys that are at hand. */
export class MasterKeyRing implements KeyRing {
  readonly #current: MasterKey;
  readonly #previous: readonly MasterKey[];
  readonly #derived = new Map<string, Buffer>();
  readonly #random: (size: number) => Uint8Array;

  /** @param previous master keys that are still good for opening, and for signatures made earlier */
  constructor(current: Uint8Array, previous: readonly Uint8Array[] = [], random: (size: number) => Uint8Array = crypto.randomBytes) {
    this.#current = masterKey(current);
    this.#previous = previous.map(masterKey);
    this.#random = random;
  }

  derive(purpose: string): Buffer {
    return this.#derive(this.#current, `sign:${purpose}`);
  }

  deriveAll(purpose: string): readonly Buffer[] {
    return [this.#current, ...this.#previous].map((key) => this.#derive(key, `sign:${purpose}`));
  }

  seal(purpose: string, plaintext: Uint8Array, bound: string): string {
    const { id } = this.#current;
    const nonce = this.#random(NONCE_BYTES);
    const cipher = crypto.createCipheriv('aes-256-gcm', this.#derive(this.#current, `seal:${purpose}`), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(bound, 'utf8'));
    const bytes = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    return `1.${id}.${bytes.toString('base64url')}`;
  }

  open(purpose: string, sealed: string, bound: string): Buffer {
    const [, id, text = ''] = SEALED.exec(sealed) ?? [];
    const key = [this.#current, ...this.#previous].find((one) => one.id === id);
    const bytes = Buffer.from(text, 'base64url');
    // Base64 has several texts for the same bytes; one alone is ours.
    const whole = bytes.length >= NONCE_BYTES + TAG_BYTES && bytes.toString('base64url') === text;
    if (!key || !whole) throw new StoreError('corrupt', 'Sealed with a master key that is not here, or not sealed at all');
    const decipher = crypto.createDecipheriv('aes-256-gcm', this.#derive(key, `seal:${purpose}`), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(bound, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new StoreError('corrupt', 'What was sealed is not whole, or belongs elsewhere', { cause });
    }
  }

  #derive(key: MasterKey, info: string): Buffer {
    const name = `${key.id}:${info}`;
    let derived = this.#derived.get(name);
    if (!derived) {
      derived = Buffer.from(crypto.hkdfSync('sha256', key.bytes, SALT, info, 32));
      this.#derived.set(name, derived);
    }
    return Buffer.from(derived);
  }
}

function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== MASTER_KEY_BYTES) throw new TypeError(`A master key has ${MASTER_KEY_BYTES} bytes`);
  return { bytes, id: Buffer.from(crypto.hkdfSync('sha256', bytes, SALT, 'id', 8)).toString('hex') };
}
