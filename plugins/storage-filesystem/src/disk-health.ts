import path from 'node:path';
import type { HealthProbe, HealthReport } from '@zas/plugin-api';
import { isAbsent } from './disk-errors.js';
import type { FileSystem } from './file-system.js';

const TRIAL = '.trial-';

/**
 * Degraded from the first failed write on, until a trial write succeeds: reads may
 * still work on a full or read-only disk.
 */
export class DiskHealth implements HealthProbe {
  readonly name = 'storage-filesystem';
  private failure: string | undefined;
  private trial = 0;

  constructor(
    private readonly fs: FileSystem,
    private readonly root: string,
  ) {}

  failed(error: unknown): void {
    this.failure = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }

  async check(): Promise<HealthReport> {
    try {
      await this.fs.size(this.root);
      if (this.failure !== undefined) await this.tryWrite();
      this.failure = undefined;
      return { state: 'healthy' };
    } catch (error) {
      this.failed(error);
      return { state: 'degraded', reason: `the storage folder cannot be written (${this.failure})` };
    }
  }

  private async tryWrite(): Promise<void> {
    const file = path.join(this.root, `${TRIAL}${process.pid}-${this.trial++}`);
    const fd = await this.fs.open(file, 'wx');
    try {
      // A block, not a byte: tiny files may fit into an inode of a full disk.
      await this.fs.write(fd, new Uint8Array(4096), 0);
      await this.fs.datasync(fd);
    } finally {
      await this.fs.close(fd);
      await this.remove(file);
    }
  }

  /** Removes what trials of processes that were killed left; one of them may have had this process's id. */
  async removeOldTrials(): Promise<void> {
    const names = await this.fs.readdir(this.root);
    for (const name of names) if (name.startsWith(TRIAL)) await this.remove(path.join(this.root, name));
  }

  private async remove(file: string): Promise<void> {
    try {
      await this.fs.unlink(file);
    } catch (error) {
      // Another process that starts on the folder may have been faster.
      if (!isAbsent(error)) throw error;
    }
  }
}
