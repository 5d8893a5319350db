import crypto from 'node:crypto';
import nodeFs from 'node:fs/promises';
import path from 'node:path';
import type { KeyRing } from './key-ring.js';
import { MASTER_KEY_BYTES, MasterKeyRing } from './key-ring.js';
import type { KeysConfig } from './keys-config.js';

export const MASTER_KEY_FILE = 'master-key';

type Files = Pick<typeof nodeFs, 'readFile' | 'open' | 'link' | 'rm' | 'mkdir'>;

/** Where master keys come from: the config, or else a file in the plugin's folder, made at random when it is not there. */
export class KeyFile implements KeyRing {
  #ring: MasterKeyRing | undefined;
  readonly #previous: readonly Buffer[];
  readonly #folder: string;
  readonly #fs: Files;
  readonly #random: (size: number) => Buffer;

  constructor(config: KeysConfig, folder: string, fs: Files = nodeFs, random: (size: number) => Buffer = crypto.randomBytes) {
    this.#previous = config.previousMasterKeys.map((text) => Buffer.from(text, 'base64'));
    this.#folder = folder;
    this.#fs = fs;
    this.#random = random;
    if (config.masterKey !== undefined) this.#ring = new MasterKeyRing(Buffer.from(config.masterKey, 'base64'), this.#previous);
  }

  /** Reads the file, or makes it; nothing where the config gives the key. To be called before anything else. */
  async load(): Promise<void> {
    if (this.#ring) return;
    const file = path.join(this.#folder, MASTER_KEY_FILE);
    const bytes = (await this.#read(file)) ?? (await this.#make(file));
    if (bytes.length !== MASTER_KEY_BYTES) throw new Error(`${file} does not hold ${MASTER_KEY_BYTES} bytes`);
    this.#ring = new MasterKeyRing(bytes, this.#previous);
  }

  derive(purpose: string): Buffer {
    return this.#loaded().derive(purpose);
  }

  deriveAll(purpose: string): readonly Buffer[] {
    return this.#loaded().deriveAll(purpose);
  }

  seal(purpose: string, plaintext: Uint8Array, bound: string): string {
    return this.#loaded().seal(purpose, plaintext, bound);
  }

  open(purpose: string, sealed: string, bound: string): Buffer {
    return this.#loaded().open(purpose, sealed, bound);
  }

  #loaded(): MasterKeyRing {
    if (!this.#ring) throw new Error('The master key is not loaded yet');
    return this.#ring;
  }

  async #read(file: string): Promise<Buffer | undefined> {
    try {
      return await this.#fs.readFile(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Whole or not at all, also through a power cut; where two processes make one at once, the first one's counts. */
  async #make(file: string): Promise<Buffer> {
    await this.#fs.mkdir(this.#folder, { recursive: true });
    const temporary = `${file}.${this.#random(6).toString('hex')}`;
    const handle = await this.#fs.open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(this.#random(MASTER_KEY_BYTES));
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await this.#fs.link(temporary, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await this.#fs.rm(temporary, { force: true });
    }
    const folder = await this.#fs.open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return this.#fs.readFile(file);
  }
}
