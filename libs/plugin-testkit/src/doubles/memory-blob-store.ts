import type { BlobReader, BlobStat, BlobStore, BlobUpload, ByteRange, CallContext } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';

const absent = () => new StoreError('not-found', 'No bytes under this locator', { details: { reason: 'blob' } });

/** BlobStore in memory, for tests; passes the same suite as the real ones. */
export class MemoryBlobStore implements BlobStore {
  readonly blobs = new Map<string, Buffer>();
  /** Locators whose bytes may be opened: stricter than a file system is, as the contract is. */
  private readonly committed = new Set<string>();

  async begin(_context: CallContext, locator: string): Promise<BlobUpload> {
    if (this.blobs.has(locator)) throw new StoreError('already-exists', 'The locator was used before', { details: { reason: 'blob' } });
    this.blobs.set(locator, Buffer.alloc(0));
    return this.upload(locator);
  }

  async resume(_context: CallContext, locator: string): Promise<{ upload: BlobUpload; durableLength: number }> {
    const bytes = this.blobs.get(locator);
    if (!bytes) throw absent();
    return { upload: this.upload(locator), durableLength: bytes.length };
  }

  async open(_context: CallContext, locator: string, range: ByteRange): Promise<BlobReader> {
    const bytes = this.blobs.get(locator);
    if (!bytes || !this.committed.has(locator)) throw absent();
    let position = range.offset;
    const end = range.offset + range.length;
    return {
      readInto: async (buffer) => {
        if (end > bytes.length) throw new StoreError('corrupt', 'Stored bytes are missing', { details: { reason: 'blob' } });
        const piece = bytes.subarray(position, Math.min(end, position + buffer.length));
        buffer.set(piece);
        position += piece.length;
        return piece.length;
      },
      close: async () => undefined,
    };
  }

  async stat(_context: CallContext, locator: string): Promise<BlobStat | undefined> {
    const bytes = this.blobs.get(locator);
    return bytes && { size: bytes.length };
  }

  async delete(_context: CallContext, locator: string): Promise<void> {
    this.forget(locator);
  }

  async list(_context: CallContext, query: { epoch?: string; after?: string; limit: number }): Promise<readonly string[]> {
    return [...this.blobs.keys()]
      .filter((locator) => locator > (query.after ?? '') && locator.startsWith(query.epoch ?? ''))
      .sort()
      .slice(0, query.limit);
  }

  private upload(locator: string): BlobUpload {
    let state: 'open' | 'committed' | 'suspended' | 'aborted' = 'open';
    return {
      append: async (offset, chunk) => {
        const bytes = this.blobs.get(locator);
        if (state !== 'open' || !bytes) throw new StoreError('internal', 'The upload is over');
        this.blobs.set(locator, Buffer.concat([bytes.subarray(0, offset), chunk]));
      },
      commit: async () => {
        if (state === 'aborted' || state === 'suspended') throw new StoreError('internal', 'The upload is over');
        state = 'committed';
        this.committed.add(locator);
      },
      suspend: async () => {
        if (state === 'aborted' || state === 'committed') throw new StoreError('internal', 'The upload is over');
        state = 'suspended';
      },
      abort: async () => {
        if (state !== 'open') return;
        state = 'aborted';
        this.forget(locator);
      },
    };
  }

  private forget(locator: string): void {
    this.blobs.delete(locator);
    this.committed.delete(locator);
  }
}
