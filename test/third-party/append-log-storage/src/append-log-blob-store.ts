import type { BlobReader, BlobStat, BlobStore, BlobUpload, ByteRange, CallContext } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { LogEntry } from './log-file.js';
import { LogFile } from './log-file.js';

interface Blob {
  /** In order; `start` is the piece's offset in the blob, `position` its place in the log. */
  readonly pieces: { readonly start: number; readonly length: number; readonly position: number }[];
  size: number;
  committed: boolean;
}

/** Blobs in one append-only log. Only one process may have it open. */
export class AppendLogBlobStore implements BlobStore {
  private readonly blobs = new Map<string, Blob>();
  private log: LogFile | undefined;

  constructor(private readonly file: string) {}

  async start(): Promise<void> {
    this.blobs.clear();
    this.log = await LogFile.open(this.file, (entry, position) => this.note(entry, position));
  }

  async stop(): Promise<void> {
    await this.log?.close();
    this.log = undefined;
  }

  async begin(context: CallContext, locator: string): Promise<BlobUpload> {
    if (this.blobs.has(locator)) throw new StoreError('already-exists', 'The locator holds bytes', { details: { reason: 'blob' } });
    await this.write('begin', locator);
    return this.upload(context, locator, this.find(locator));
  }

  async resume(context: CallContext, locator: string): Promise<{ upload: BlobUpload; durableLength: number }> {
    const blob = this.find(locator);
    const durableLength = blob.size;
    await this.opened().sync();
    return { upload: this.upload(context, locator, blob), durableLength };
  }

  async open(context: CallContext, locator: string, range: ByteRange): Promise<BlobReader> {
    const blob = this.find(locator);
    if (!blob.committed) throw absent();
    let at = range.offset;
    const end = range.offset + range.length;
    return {
      readInto: async (buffer) => {
        stopIfAborted(context);
        let filled = 0;
        for (const { start, length, position } of blob.pieces) {
          const count = Math.min(end, start + length, at + buffer.length - filled) - at;
          if (count <= 0 || at < start) continue;
          if (!(await this.opened().read(buffer.subarray(filled, filled + count), position + at - start))) throw missing();
          at += count;
          filled += count;
        }
        if (filled < buffer.length && at < end) throw missing();
        return filled;
      },
      close: async () => undefined,
    };
  }

  async stat(_context: CallContext, locator: string): Promise<BlobStat | undefined> {
    const blob = this.blobs.get(locator);
    return blob?.committed ? { size: blob.size } : undefined;
  }

  async delete(_context: CallContext, locator: string): Promise<void> {
    if (this.blobs.has(locator)) await this.write('gone', locator);
    await this.opened().sync();
  }

  async list(_context: CallContext, query: { epoch?: string; after?: string; limit: number }): Promise<readonly string[]> {
    const { epoch = '', after = '', limit } = query;
    return [...this.blobs.keys()].filter((locator) => locator > after && locator.startsWith(epoch)).sort().slice(0, limit);
  }

  private upload(context: CallContext, locator: string, blob: Blob): BlobUpload {
    let failure: unknown;
    let suspended = false;
    return {
      append: async (offset, chunk) => {
        stopIfAborted(context);
        if (suspended || offset !== blob.size || blob.committed) throw new StoreError('internal', 'Bytes must follow those before');
        await this.write('bytes', locator, chunk);
      },
      commit: async () => {
        if (failure !== undefined) throw failure;
        if (blob.committed) return;
        if (suspended) throw new StoreError('internal', 'The upload was suspended');
        if (this.blobs.get(locator) !== blob) throw absent();
        try {
          await this.opened().append('commit', locator);
          await this.opened().sync();
        } catch (error) {
          failure = error;
          throw error;
        }
        blob.committed = true;
      },
      suspend: async () => {
        if (failure !== undefined) throw failure;
        if (suspended) return;
        if (this.blobs.get(locator) !== blob) throw new StoreError('internal', 'The upload is over');
        try {
          await this.opened().sync();
        } catch (error) {
          failure = error;
          throw error;
        }
        suspended = true;
      },
      abort: async () => {
        if (!suspended && !blob.committed && this.blobs.get(locator) === blob) await this.write('gone', locator);
      },
    };
  }

  private async write(op: LogEntry['op'], locator: string, bytes?: Uint8Array): Promise<void> {
    const position = await this.opened().append(op, locator, bytes);
    this.note({ op, locator, length: bytes?.length ?? 0 }, position);
  }

  /** Keeps the index in step with one entry, new or read back. */
  private note({ op, locator, length }: LogEntry, position: number): void {
    const blob = this.blobs.get(locator);
    if (op === 'begin') this.blobs.set(locator, { pieces: [], size: 0, committed: false });
    else if (op === 'gone') this.blobs.delete(locator);
    else if (blob && op === 'commit') blob.committed = true;
    else if (blob) {
      blob.pieces.push({ start: blob.size, length, position });
      blob.size += length;
    }
  }

  private find(locator: string): Blob {
    const blob = this.blobs.get(locator);
    if (!blob) throw absent();
    return blob;
  }

  private opened(): LogFile {
    if (!this.log) throw new StoreError('unavailable', 'The log is not open');
    return this.log;
  }
}

const absent = () => new StoreError('not-found', 'No bytes under this locator', { details: { reason: 'blob' } });
const missing = () => new StoreError('corrupt', 'The log ends before the bytes do', { details: { reason: 'blob' } });

function stopIfAborted(context: CallContext): void {
  if (context.signal.aborted) throw new StoreError('aborted', 'Nobody waits for this any more');
}
