import { type KeyObject, createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyRing } from '../secrets/key-ring.js';

/** Signs checkpoints of the audit trail, and tells its own signatures from others. */
export interface AuditSigner {
  /** @returns a signature that names its key */
  sign(text: string): Promise<string>;
  /** False for a signature of another text or another key. */
  verify(text: string, signature: string): Promise<boolean>;
}

const PURPOSE = 'audit-checkpoints';
/** What stands before the seed of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8_START = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Ed25519, by a key made of the master key, and for what was signed earlier of those before. Who has the
 * master key can write a trail of his own: keep it where who can write the database cannot.
 */
export class RingSigner implements AuditSigner {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  async sign(text: string): Promise<string> {
    const key = keyOf(this.#ring.derive(PURPOSE));
    return `${keyIdOf(key)}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  }

  async verify(text: string, signature: string): Promise<boolean> {
    const [keyId, bytes = ''] = signature.split('.', 2);
    const key = this.#ring.deriveAll(PURPOSE).map(keyOf).find((one) => keyIdOf(one) === keyId);
    return key !== undefined && verify(null, Buffer.from(text), createPublicKey(key), Buffer.from(bytes, 'base64url'));
  }
}

function keyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_START, seed]), format: 'der', type: 'pkcs8' });
}

function keyIdOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url').slice(0, 16);
}
