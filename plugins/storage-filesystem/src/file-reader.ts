import type { BlobReader, ByteRange } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { diskError } from './disk-errors.js';
import type { DiskHealth } from './disk-health.js';
import type { FileSystem } from './file-system.js';

export class FileReader implements BlobReader {
  private position: number;
  private left: number;
  private closed = false;

  constructor(
    private readonly fs: FileSystem,
    private readonly health: DiskHealth,
    private readonly fd: number,
    range: ByteRange,
  ) {
    this.position = range.offset;
    this.left = range.length;
  }

  async readInto(buffer: Uint8Array): Promise<number> {
    const wanted = Math.min(buffer.length, this.left);
    let done = 0;
    while (done < wanted) {
      let count: number;
      try {
        count = await this.fs.read(this.fd, buffer.subarray(done, wanted), this.position);
      } catch (error) {
        this.health.readFailed(error);
        throw diskError('read', error);
      }
      if (count === 0) throw new StoreError('corrupt', 'Stored bytes are missing', { details: { reason: 'blob' } });
      done += count;
      this.position += count;
      this.left -= count;
    }
    return done;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    // A failing close of a file that was only read loses nothing.
    await this.fs.close(this.fd).catch(() => undefined);
  }
}
