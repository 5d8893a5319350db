import { BLOCK_BYTES, StoreError } from '@zas/plugin-api';
import { createXXHash64 } from 'hash-wasm';

/** Bytes of one block's checksum. */
export const SUM_BYTES = 8;

const hash = await createXXHash64();

/** Checksum of one block, 8 bytes. XXH64: 64 bits at a tenth of what reading and sending the block costs. */
export function blockSum(block: Uint8Array): Uint8Array {
  return hash.init().update(block).digest('binary');
}

/** Checksums of the blocks of a body that comes piece by piece. */
export class RunningBlockSums {
  private readonly sums: Uint8Array[] = [];
  private state: Uint8Array | undefined;
  private filled = 0;

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + BLOCK_BYTES - this.filled);
      at += piece.length;
      if (piece.length === BLOCK_BYTES) {
        this.sums.push(blockSum(piece));
        continue;
      }
      (this.state === undefined ? hash.init() : hash.load(this.state)).update(piece);
      this.filled += piece.length;
      if (this.filled === BLOCK_BYTES) this.closeBlock();
      else this.state = hash.save();
    }
  }

  /** @returns all checksums, in base64 */
  finish(): string {
    if (this.filled > 0) {
      hash.load(this.state!);
      this.closeBlock();
    }
    return Buffer.concat(this.sums).toString('base64');
  }

  private closeBlock(): void {
    this.sums.push(hash.digest('binary'));
    this.state = undefined;
    this.filled = 0;
  }
}

/**
 * Holds whole blocks (the last may be the content's short end) against their checksums.
 * @param sums of these blocks, in order
 * @throws `corrupt`
 */
export function verifyBlocks(bytes: Uint8Array, sums: Uint8Array): void {
  for (let at = 0, block = 0; at < bytes.length; at += BLOCK_BYTES, block += SUM_BYTES) {
    const actual = blockSum(bytes.subarray(at, at + BLOCK_BYTES));
    for (let i = 0; i < SUM_BYTES; i++) if (actual[i] !== sums[block + i]) throw corruptBytes();
  }
}

export function corruptBytes(): StoreError {
  return new StoreError('corrupt', 'Stored bytes are not as recorded', { details: { reason: 'blob' } });
}
