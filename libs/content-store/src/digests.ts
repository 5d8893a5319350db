import crypto from 'node:crypto';
import type { ChecksumAlgorithm } from '@zas/plugin-api';
import { RunningBlockSums } from './block-sums.js';
import { checksumOf, startChecksum } from './checksums.js';

/** Which digests a writer wants of a body. */
export interface DigestRequest {
  readonly md5: boolean;
  readonly sha256: boolean;
  readonly sha512?: boolean;
  readonly checksum?: ChecksumAlgorithm;
  /** Checksums of the blocks, see `NewContent.blockSums`. */
  readonly blocks?: boolean;
}

/** What was computed; hex, the checksums base64. */
export interface Digests {
  readonly md5?: string;
  readonly sha256?: string;
  readonly sha512?: string;
  readonly checksum?: string;
  readonly blockSums?: string;
}

/** Digests of bytes at hand, in one go. */
export function digestsOf(bytes: Uint8Array, request: DigestRequest): Digests {
  return {
    md5: request.md5 ? crypto.hash('md5', bytes, 'hex') : undefined,
    sha256: request.sha256 ? crypto.hash('sha256', bytes, 'hex') : undefined,
    sha512: request.sha512 ? crypto.hash('sha512', bytes, 'hex') : undefined,
    checksum: request.checksum && checksumOf(request.checksum, bytes),
  };
}

/** Digests of bytes that come piece by piece. */
export class RunningDigests {
  private readonly md5: crypto.Hash | undefined;
  private readonly sha256: crypto.Hash | undefined;
  private readonly sha512: crypto.Hash | undefined;
  private readonly checksum: ReturnType<typeof startChecksum> | undefined;
  private readonly blocks: RunningBlockSums | undefined;

  constructor(request: DigestRequest) {
    this.md5 = request.md5 ? crypto.createHash('md5') : undefined;
    this.sha256 = request.sha256 ? crypto.createHash('sha256') : undefined;
    this.sha512 = request.sha512 ? crypto.createHash('sha512') : undefined;
    this.checksum = request.checksum && startChecksum(request.checksum);
    this.blocks = request.blocks ? new RunningBlockSums() : undefined;
  }

  update(bytes: Uint8Array): void {
    this.md5?.update(bytes);
    this.sha256?.update(bytes);
    this.sha512?.update(bytes);
    this.checksum?.update(bytes);
    this.blocks?.update(bytes);
  }

  finish(): Digests {
    return {
      md5: this.md5?.digest('hex'),
      sha256: this.sha256?.digest('hex'),
      sha512: this.sha512?.digest('hex'),
      checksum: this.checksum?.digest(),
      blockSums: this.blocks?.finish(),
    };
  }
}
