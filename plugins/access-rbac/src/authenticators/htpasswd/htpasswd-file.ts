import type { Clock, Logger } from '@zas/plugin-api';
import nodeFs from 'node:fs/promises';
import type { PasswordHash } from '../passwords/password-hash.js';
import { parseHtpasswd } from './parse-htpasswd.js';

const MOST_BYTES = 16 * 1024 * 1024;

export interface HtpasswdFileParts {
  readonly path: string;
  readonly reloadMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fs?: Pick<typeof nodeFs, 'stat' | 'readFile'>;
}

/** The users of a file, which is looked at again from time to time when it is used. */
export class HtpasswdFile {
  readonly #parts: HtpasswdFileParts;
  readonly #fs: Pick<typeof nodeFs, 'stat' | 'readFile'>;
  #users: ReadonlyMap<string, PasswordHash> = new Map();
  #mark = '';
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(parts: HtpasswdFileParts) {
    this.#parts = parts;
    this.#fs = parts.fs ?? nodeFs;
  }

  /** Throws an `Error` that says what is wrong with the file. */
  async load(): Promise<void> {
    const mark = await this.#markNow();
    this.#users = parseHtpasswd(await this.#read());
    this.#mark = mark;
    this.#lookedAt = this.#parts.clock.monotonic();
  }

  /** The same map until the file changes. A file that cannot be right, or is gone, changes nothing. */
  async users(): Promise<ReadonlyMap<string, PasswordHash>> {
    const { clock, reloadMs } = this.#parts;
    if (clock.monotonic() - this.#lookedAt >= reloadMs) {
      this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
      await this.#looking;
    }
    return this.#users;
  }

  async #look(): Promise<void> {
    const { clock, logger, path } = this.#parts;
    this.#lookedAt = clock.monotonic();
    let mark = 'unreadable';
    try {
      mark = await this.#markNow();
      if (mark === this.#mark) return;
      this.#users = parseHtpasswd(await this.#read());
      logger.info('Users were read again from a file', { file: path, users: this.#users.size });
    } catch (error) {
      if (mark !== this.#mark) logger.error('A file of users cannot be read; what it held before still counts', { file: path, problem: (error as Error).message });
    }
    this.#mark = mark;
  }

  /** Differs whenever the content does: the change time cannot be set by who writes. */
  async #markNow(): Promise<string> {
    const { size, mtimeNs, ctimeNs, ino } = await this.#fs.stat(this.#parts.path, { bigint: true });
    if (size > MOST_BYTES) throw new Error(`larger than ${MOST_BYTES} bytes`);
    return [size, mtimeNs, ctimeNs, ino].join(' ');
  }

  #read(): Promise<string> {
    return this.#fs.readFile(this.#parts.path, 'utf8');
  }
}
