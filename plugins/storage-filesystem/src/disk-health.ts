import path from 'node:path';
import type { Clock, HealthProbe, HealthReport } from '@zas/plugin-api';
import { isAbsent } from './disk-errors.js';
import type { FileSystem } from './file-system.js';

const TRIAL = '.trial-';
const BLOCK = 'block';

/** A disk counts as unable to read for this long after the last read that failed. */
export const READ_FAILURE_MS = 5_000;

/**
 * Degraded from the first failed write on, until a trial write succeeds: reads may
 * still work on a full or read-only disk. Degraded also for a while after a failed
 * read: which bytes can be read again no trial can tell.
 */
export class DiskHealth implements HealthProbe {
  readonly name = 'storage-filesystem';
  private failure: string | undefined;
  private readFailure: { readonly code: string; readonly at: number } | undefined;
  private trial = 0;

  constructor(
    private readonly fs: FileSystem,
    private readonly root: string,
    private readonly clock: Clock,
  ) {}

  failed(error: unknown): void {
    this.failure = codeOf(error);
  }

  readFailed(error: unknown): void {
    this.readFailure = { code: codeOf(error), at: this.clock.monotonic() };
  }

  async check(): Promise<HealthReport> {
    try {
      await this.fs.size(this.root);
      if (this.failure !== undefined) await this.tryWrite();
      this.failure = undefined;
    } catch (error) {
      this.failed(error);
      return { state: 'degraded', reason: `the storage folder cannot be written (${this.failure})` };
    }
    if (this.readFailure && this.clock.monotonic() - this.readFailure.at < READ_FAILURE_MS) {
      return { state: 'degraded', reason: `stored bytes could not be read (${this.readFailure.code})` };
    }
    return { state: 'healthy' };
  }

  /** Everything that an upload does, once. */
  private async tryWrite(): Promise<void> {
    const folder = path.join(this.root, `${TRIAL}${process.pid}-${this.trial++}`);
    await this.fs.mkdir(folder);
    try {
      const fd = await this.fs.open(path.join(folder, BLOCK), 'wx');
      try {
        // A block, not a byte: tiny files may fit into an inode of a full disk.
        await this.fs.write(fd, new Uint8Array(4096), 0);
        await this.fs.datasync(fd);
      } finally {
        await this.fs.close(fd);
      }
      await this.fs.syncDirectory(folder);
    } finally {
      await this.removeTrial(folder);
    }
  }

  /** Removes what trials of processes that were killed left; one of them may have had this process's id. */
  async removeOldTrials(): Promise<void> {
    const names = await this.fs.readdir(this.root);
    for (const name of names) if (name.startsWith(TRIAL)) await this.removeTrial(path.join(this.root, name));
  }

  private async removeTrial(folder: string): Promise<void> {
    for (const remove of [() => this.fs.unlink(path.join(folder, BLOCK)), () => this.fs.rmdir(folder)]) {
      try {
        await remove();
      } catch (error) {
        // Another process that starts on the folder may have been faster.
        if (!isAbsent(error)) throw error;
      }
    }
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
