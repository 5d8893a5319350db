import type { BlobUpload } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { Directories } from './directories.js';
import { diskError, isAbsent } from './disk-errors.js';
import type { DiskHealth } from './disk-health.js';
import type { FileSystem } from './file-system.js';
import { FileWriter } from './file-writer.js';

/** Everything that an upload needs of its store. */
export interface UploadTools {
  readonly fs: FileSystem;
  readonly directories: Directories;
  readonly health: DiskHealth;
}

/** Appends straight to the final file: nothing refers to it before the host's record does, so no rename is needed. */
export class FileUpload implements BlobUpload {
  private state: 'open' | 'committed' | 'suspended' | 'failed' | 'aborted' = 'open';
  private readonly writer: FileWriter;

  constructor(
    private readonly tools: UploadTools,
    private readonly file: string,
    private readonly group: string,
    private readonly fd: number,
    direct: boolean,
  ) {
    this.writer = new FileWriter(tools.fs, file, fd, direct);
  }

  async append(offset: number, chunk: Uint8Array): Promise<void> {
    this.mustBeOpen();
    try {
      await this.writer.write(offset, chunk);
    } catch (error) {
      throw this.fail('write', error);
    }
  }

  async commit(): Promise<void> {
    await this.end('committed');
  }

  async suspend(): Promise<void> {
    await this.end('suspended');
  }

  async abort(): Promise<void> {
    if (this.state === 'committed' || this.state === 'suspended' || this.state === 'aborted') return;
    this.state = 'aborted';
    await this.writer.close().catch((error: unknown) => this.tools.health.failed(error));
    try {
      await this.tools.fs.unlink(this.file);
    } catch (error) {
      // What stays is an orphan of this epoch; the host's clean-up finds it.
      if (!isAbsent(error)) this.tools.health.failed(error);
    }
  }

  /** Both ways the bytes are durable; only what the host makes of them differs. */
  private async end(state: 'committed' | 'suspended'): Promise<void> {
    if (this.state === state) return;
    this.mustBeOpen();
    try {
      // Both must be done before the answer; neither waits for the other.
      await Promise.all([this.tools.fs.datasync(this.fd), this.tools.directories.sync(this.group)]);
    } catch (error) {
      // The kernel may have dropped the dirty pages: a second sync could lie.
      throw this.fail('sync', error);
    }
    this.state = state;
    await this.writer.close().catch((error: unknown) => this.tools.health.failed(error));
  }

  private mustBeOpen(): void {
    if (this.state !== 'open') throw new StoreError('internal', 'The upload is over', { details: { state: this.state } });
  }

  private fail(operation: string, error: unknown): StoreError {
    this.state = 'failed';
    this.tools.health.failed(error);
    return diskError(operation, error);
  }
}
