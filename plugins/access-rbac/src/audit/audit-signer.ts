import { type KeyObject, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { StoreError } from '@zas/plugin-api';

/** Signs checkpoints of the audit trail, and tells its own signatures from others. */
export interface AuditSigner {
  /** @returns a signature that names its key */
  sign(text: string): Promise<string>;
  /** False for a signature of another text or another key. */
  verify(text: string, signature: string): Promise<boolean>;
}

/**
 * Ed25519, by a key in a file that only its owner may read; made when it is first
 * needed for signing. Who can read that file can write a trail of his own: keep it
 * where who can write the database cannot.
 */
export class FileSigner implements AuditSigner {
  #key: Promise<KeyObject> | undefined;

  constructor(private readonly file: string) {}

  async sign(text: string): Promise<string> {
    const key = await this.#load(true);
    return `${keyIdOf(key)}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  }

  async verify(text: string, signature: string): Promise<boolean> {
    const key = await this.#load(false);
    const [keyId, bytes = ''] = signature.split('.', 2);
    return keyId === keyIdOf(key) && verify(null, Buffer.from(text), createPublicKey(key), Buffer.from(bytes, 'base64url'));
  }

  async #load(make: boolean): Promise<KeyObject> {
    this.#key ??= this.#read(make);
    try {
      return await this.#key;
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  }

  async #read(make: boolean): Promise<KeyObject> {
    const text = await fs.readFile(this.file, 'utf8').catch((error: unknown) => {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) return createPrivateKey(text);
    if (!make) throw new StoreError('unavailable', 'The key that signs the audit trail is not there');
    return createPrivateKey(await this.#make());
  }

  /** The whole key appears under its name or nothing; of several processes one wins. */
  async #make(): Promise<string> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const folder = path.dirname(this.file);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${this.file}.${randomUUID()}`;
    const handle = await fs.open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await handle.sync();
      await fs.link(draft, this.file).catch((error: unknown) => {
        if ((error as { code?: string }).code !== 'EEXIST') throw error;
      });
    } finally {
      await handle.close();
      await fs.rm(draft, { force: true });
    }
    const place = await fs.open(folder, 'r');
    await place.sync().finally(() => place.close());
    return fs.readFile(this.file, 'utf8');
  }
}

function keyIdOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url').slice(0, 16);
}
