import type { BlobReader, BlobStore, CallContext, MetadataStore } from '@zas/plugin-api';
import { BLOCK_BYTES, StoreError, isStoreError } from '@zas/plugin-api';
import { SUM_BYTES, corruptBytes, verifyBlocks } from './block-sums.js';

/** A range inside one content. */
export interface ContentRange {
  readonly contentId: number;
  readonly locator: string;
  readonly contentSize: number;
  readonly offset: number;
  readonly length: number;
}

/** Told of every content that was found corrupt. */
export type CorruptionReport = (context: CallContext, content: { contentId: number; locator: string }) => void;

export interface BlockReaderParts {
  readonly blobs: BlobStore;
  readonly ledger: MetadataStore['blobs'];
  readonly onCorrupt: CorruptionReport;
}

/** Checksums are fetched for this many blocks at a time: 256 MiB of content. */
const SUM_PAGE = 1024;

/**
 * Reads a range of a content in whole blocks, each held against its checksum before
 * any of it is handed out.
 */
export class BlockReader {
  private sums: Uint8Array = new Uint8Array(0);
  private sumsFrom = 0;
  private position: number;
  private readonly end: number;
  private readonly alignedEnd: number;

  private constructor(
    private readonly parts: BlockReaderParts,
    private readonly context: CallContext,
    private readonly range: ContentRange,
    private readonly reader: BlobReader,
  ) {
    this.position = range.offset - (range.offset % BLOCK_BYTES);
    this.end = range.offset + range.length;
    this.alignedEnd = Math.min(Math.ceil(this.end / BLOCK_BYTES) * BLOCK_BYTES, range.contentSize);
  }

  static async open(parts: BlockReaderParts, context: CallContext, range: ContentRange): Promise<BlockReader> {
    const start = range.offset - (range.offset % BLOCK_BYTES);
    const end = Math.min(Math.ceil((range.offset + range.length) / BLOCK_BYTES) * BLOCK_BYTES, range.contentSize);
    try {
      const reader = await parts.blobs.open(context, range.locator, { offset: start, length: end - start });
      return new BlockReader(parts, context, range, reader);
    } catch (error) {
      if (!isStoreError(error) || error.code !== 'not-found') throw error;
      // A record without its bytes: to the caller the same as wrong bytes.
      parts.onCorrupt(context, range);
      throw new StoreError('corrupt', 'Stored bytes are missing', { details: { reason: 'blob' }, cause: error });
    }
  }

  /** Bytes still to be handed out. */
  get left(): number {
    return this.end - Math.max(this.position, this.range.offset);
  }

  /**
   * Fills `buffer` with as many blocks as fit.
   * @param buffer at least one block
   * @returns the part of it that belongs to the range; empty at the end
   * @throws `corrupt`
   */
  async readInto(buffer: Uint8Array): Promise<Uint8Array> {
    const length = Math.min(buffer.length - (buffer.length % BLOCK_BYTES), this.alignedEnd - this.position);
    if (length <= 0) return buffer.subarray(0, 0);
    const bytes = buffer.subarray(0, length);
    try {
      if ((await this.reader.readInto(bytes)) !== length) throw corruptBytes();
      verifyBlocks(bytes, await this.sumsOf(this.position / BLOCK_BYTES, Math.ceil(length / BLOCK_BYTES)));
    } catch (error) {
      if (isStoreError(error) && error.code === 'corrupt') this.parts.onCorrupt(this.context, this.range);
      throw error;
    }
    const head = Math.max(0, this.range.offset - this.position);
    const tail = Math.min(length, this.end - this.position);
    this.position += length;
    return bytes.subarray(head, tail);
  }

  close(): Promise<void> {
    return this.reader.close();
  }

  private async sumsOf(block: number, count: number): Promise<Uint8Array> {
    const has = () => block >= this.sumsFrom && (block + count - this.sumsFrom) * SUM_BYTES <= this.sums.length;
    if (!has()) {
      const last = Math.ceil(this.alignedEnd / BLOCK_BYTES);
      const page = Math.max(count, Math.min(SUM_PAGE, last - block));
      this.sums = (await this.parts.ledger.blockSums(this.context, this.range.contentId, block, page)) ?? new Uint8Array(0);
      this.sumsFrom = block;
      if (!has()) throw corruptBytes();
    }
    const from = (block - this.sumsFrom) * SUM_BYTES;
    return this.sums.subarray(from, from + count * SUM_BYTES);
  }
}
