import type { ChecksumAlgorithm, DigestAlgorithm } from '@zas/plugin-api';
import type { Digests } from './digests.js';

/** The bytes that a caller wants stored. */
export interface BodySource {
  /** Pulled one piece at a time: not reading is the back-pressure. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Length in bytes when it is known beforehand; anything else throws `integrity`. */
  readonly size?: number;
  /** Longer than this throws `too-large`. */
  readonly maxSize: number;
  readonly checksum?: ChecksumAlgorithm;
  /** Also compute the sha256 of a small body; large ones always have it or what `named` says. */
  readonly sha256?: boolean;
  /** The bytes are named by this digest: it alone is computed, neither MD5 nor another. */
  readonly named?: DigestAlgorithm;
  /**
   * Called when all bytes were read and before anything is committed. What it
   * throws abandons the body: the place to compare with what the client stated.
   */
  readonly verify?: (digests: Digests, size: number) => void | Promise<void>;
}
