import type { ChecksumAlgorithm } from '@zas/plugin-api';
import { checksumOf } from './checksums.js';

/** Reflected polynomials and widths of the CRCs that S3 combines. */
const CRCS: Partial<Record<ChecksumAlgorithm, { width: bigint; polynomial: bigint }>> = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** True for the algorithms that can make a full-object checksum of parts. */
export function combines(algorithm: ChecksumAlgorithm): boolean {
  return CRCS[algorithm] !== undefined;
}

/**
 * Full-object CRC of parts put end to end, from theirs. A CRC is linear: that of
 * A‖B is CRC(A) times x^(8·|B|) modulo the polynomial, plus CRC(B); the pre- and
 * post-inversion cancel. (The construction of zlib's crc32_combine.)
 * @param parts base64 value and length in bytes, in order, at least one
 * @returns base64
 */
export function combineCrcs(algorithm: ChecksumAlgorithm, parts: readonly { value: string; size: number }[]): string {
  const crc = CRCS[algorithm];
  if (!crc) throw new TypeError(`${algorithm} cannot be combined`);
  let sum = 0n;
  for (const part of parts) {
    sum = multiply(powerOfX(BigInt(part.size) * 8n, crc), sum, crc) ^ BigInt(`0x${Buffer.from(part.value, 'base64').toString('hex')}`);
  }
  return Buffer.from(sum.toString(16).padStart(Number(crc.width) / 4, '0'), 'hex').toString('base64');
}

/**
 * Composite checksum: that of the parts' raw checksums, with the part count.
 * @param values base64, in order
 */
export function compositeChecksum(algorithm: ChecksumAlgorithm, values: readonly string[]): string {
  const joined = Buffer.concat(values.map((value) => Buffer.from(value, 'base64')));
  return `${checksumOf(algorithm, joined)}-${values.length}`;
}

interface Crc {
  readonly width: bigint;
  readonly polynomial: bigint;
}

/** Product of two reflected polynomials modulo the CRC's. The highest bit stands for x^0. */
function multiply(a: bigint, b: bigint, crc: Crc): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = crc.width - 1n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ crc.polynomial : shifted >> 1n;
  }
  return product;
}

function powerOfX(exponent: bigint, crc: Crc): bigint {
  let result = 1n << (crc.width - 1n);
  let square = 1n << (crc.width - 2n);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(square, result, crc);
    square = multiply(square, square, crc);
  }
  return result;
}
