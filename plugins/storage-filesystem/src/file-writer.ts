import type { FileSystem } from './file-system.js';

/** Memory, offsets and lengths of direct writes are multiples of this on every common disk. */
const PAGE = 4096;
/** Shorter stretches are not worth a second descriptor. */
const WORTHWHILE = 128 * 1024;

const UNSUPPORTED = new Set(['EINVAL', 'EOPNOTSUPP', 'ENOTSUP']);

/**
 * Writes one file. Whole pages go past the page cache where file system and memory
 * allow it, which costs a twentieth of the processor time for large bodies; the rest
 * goes through the cache. The two never meet in one page: a direct write begins on a
 * page, and what follows an unaligned end is unaligned itself. The sync of the file,
 * which the owner of `fd` does, covers both.
 */
export class FileWriter {
  private directFd: number | undefined;

  constructor(
    private readonly fs: FileSystem,
    private readonly file: string,
    private readonly fd: number,
    private direct: boolean,
  ) {}

  async write(offset: number, chunk: Uint8Array): Promise<void> {
    let done = await this.writeDirect(offset, chunk);
    while (done < chunk.length) {
      const written = await this.fs.write(this.fd, done === 0 ? chunk : chunk.subarray(done), offset + done);
      if (written === 0) throw nothingWritten();
      done += written;
    }
  }

  /** Closes both descriptors; tries the second also when the first fails. */
  async close(): Promise<void> {
    const direct = this.directFd;
    this.directFd = undefined;
    try {
      if (direct !== undefined) await this.fs.close(direct);
    } finally {
      await this.fs.close(this.fd);
    }
  }

  /** @returns bytes written, 0 when it is not possible or not worth it */
  private async writeDirect(offset: number, chunk: Uint8Array): Promise<number> {
    const whole = chunk.length - (chunk.length % PAGE);
    if (!this.direct || whole < WORTHWHILE || offset % PAGE !== 0 || chunk.byteOffset % PAGE !== 0) return 0;
    let done = 0;
    try {
      this.directFd ??= await this.fs.open(this.file, 'direct');
      while (done < whole && done % PAGE === 0) {
        const written = await this.fs.write(this.directFd, chunk.subarray(done, whole), offset + done);
        if (written === 0) throw nothingWritten();
        done += written;
      }
    } catch (error) {
      if (!UNSUPPORTED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      this.direct = false;
    }
    return done;
  }
}

const nothingWritten = () => Object.assign(new Error('nothing was written'), { code: 'EIO' });
