import crypto from 'node:crypto';
import zlib from 'node:zlib';
import type { ChecksumAlgorithm } from '@zas/plugin-api';
import { createCRC32, createCRC64 } from 'hash-wasm';

/** An incremental checksum. `digest` ends it and gives base64. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): string;
}

// Made once: a WASM instance each. One-shots share it, running ones copy its state.
const crc32c = await createCRC32(0x82f63b78);
const crc64nvme = await createCRC64('9a6c9329ac4bc9b5');

type WasmHash = typeof crc32c;

const bigEndian32 = (value: number) => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** One WASM instance serves many sums in turn by saving and loading its state. */
function wasmChecksum(hash: WasmHash): RunningChecksum {
  let state = hash.init().save();
  return {
    update(bytes) {
      hash.load(state).update(bytes);
      state = hash.save();
    },
    digest: () => Buffer.from(hash.load(state).digest('binary')).toString('base64'),
  };
}

/** Starts a checksum of one of S3's algorithms. */
export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32': {
      let value = 0;
      return {
        update: (bytes) => void (value = zlib.crc32(bytes, value)),
        digest: () => bigEndian32(value).toString('base64'),
      };
    }
    case 'CRC32C':
      return wasmChecksum(crc32c);
    case 'CRC64NVME':
      return wasmChecksum(crc64nvme);
    case 'SHA1':
    case 'SHA256': {
      const hash = crypto.createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
    }
  }
}

/** The checksum of bytes at hand, in base64. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  switch (algorithm) {
    case 'CRC32':
      return bigEndian32(zlib.crc32(bytes)).toString('base64');
    case 'CRC32C':
      return Buffer.from(crc32c.init().update(bytes).digest('binary')).toString('base64');
    case 'CRC64NVME':
      return Buffer.from(crc64nvme.init().update(bytes).digest('binary')).toString('base64');
    case 'SHA1':
    case 'SHA256':
      return crypto.hash(algorithm, bytes, 'base64');
  }
}
