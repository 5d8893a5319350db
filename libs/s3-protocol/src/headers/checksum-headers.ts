import type { IncomingHttpHeaders } from 'node:http';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from '@zas/plugin-api';
import { s3Error } from '../errors/s3-error.js';
import type { PayloadHash } from '../sigv4/request.js';
import { decodeBase64 } from './base64.js';
import { headerValue } from './header-value.js';

/** Bytes of a value, by algorithm. */
export const CHECKSUM_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

const HEADERS: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: 'x-amz-checksum-crc32',
  CRC32C: 'x-amz-checksum-crc32c',
  CRC64NVME: 'x-amz-checksum-crc64nvme',
  SHA1: 'x-amz-checksum-sha1',
  SHA256: 'x-amz-checksum-sha256',
};

export const CHECKSUM_ALGORITHMS = Object.keys(HEADERS) as readonly ChecksumAlgorithm[];

const BY_HEADER: ReadonlyMap<string, ChecksumAlgorithm> = new Map(
  CHECKSUM_ALGORITHMS.map((algorithm) => [HEADERS[algorithm], algorithm]),
);

/** `x-amz-checksum-crc32` and the like. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return HEADERS[algorithm];
}

/** What a request says about the checksum of its body. */
export interface ChecksumRequest {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64, of the right length; absent when it comes in the trailer or was not sent. */
  readonly value?: string;
  /** The trailer that will carry the value. */
  readonly trailerName?: string;
  readonly type?: ChecksumType;
}

/**
 * Reads `x-amz-checksum-*`, `x-amz-sdk-checksum-algorithm`, `x-amz-checksum-algorithm`,
 * `x-amz-checksum-type` and the checksum in `x-amz-trailer`. Whether a value is
 * right is for who reads the bytes (`BadDigest`).
 * @param payloadHash when given, trailers are refused in front of a body whose framing has none
 * @returns `undefined` when none of them is there
 * @throws S3Error `InvalidRequest`, in AWS's words, for two algorithms, an unknown
 *   one, a value of the wrong length, or names that contradict each other
 */
export function readChecksumRequest(
  headers: IncomingHttpHeaders,
  payloadHash?: PayloadHash,
): ChecksumRequest | undefined {
  let algorithm: ChecksumAlgorithm | undefined;
  let value: string | undefined;
  for (const candidate of CHECKSUM_ALGORITHMS) {
    const text = headerValue(headers, HEADERS[candidate]);
    if (text === undefined) continue;
    if (algorithm !== undefined) throw tooMany();
    algorithm = candidate;
    value = checkChecksumValue(candidate, text);
  }
  const trailerName = readTrailerName(headers);
  if (trailerName !== undefined && payloadHash !== undefined && !hasTrailers(payloadHash)) {
    throw s3Error('InvalidRequest', {
      message: 'The x-amz-trailer header can only be used with a STREAMING-*-TRAILER payload.',
    });
  }
  const inTrailer = trailerName === undefined ? undefined : BY_HEADER.get(trailerName);
  if (inTrailer !== undefined) {
    if (algorithm !== undefined) throw tooMany();
    algorithm = inTrailer;
  }
  const named = readNamed(headers, 'x-amz-sdk-checksum-algorithm') ?? readNamed(headers, 'x-amz-checksum-algorithm');
  if (named !== undefined && algorithm !== undefined && named !== algorithm) {
    throw s3Error('InvalidRequest', { message: 'Value for x-amz-sdk-checksum-algorithm header is invalid.' });
  }
  algorithm ??= named;
  const type = readChecksumType(headers);
  if (algorithm === undefined) {
    if (type !== undefined) {
      throw s3Error('InvalidRequest', {
        message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      });
    }
    return undefined;
  }
  checkChecksumType(algorithm, type);
  return { algorithm, value, trailerName: inTrailer === undefined ? undefined : trailerName, type };
}

/**
 * As {@link readChecksumRequest}, of CompleteMultipartUpload: a value is the whole
 * object's, and a composite one may end in `-` and the number of parts.
 */
export function readObjectChecksum(headers: IncomingHttpHeaders): ChecksumRequest | undefined {
  const bare = { ...headers };
  for (const [header] of BY_HEADER) bare[header] = headerValue(headers, header)?.replace(/-\d{1,5}$/, '');
  const request = readChecksumRequest(bare);
  return request?.value === undefined ? request : { ...request, value: headerValue(headers, HEADERS[request.algorithm]) };
}

function hasTrailers(payloadHash: PayloadHash): boolean {
  return payloadHash.kind === 'chunked' && payloadHash.framing !== 'signed';
}

function tooMany(): Error {
  return s3Error('InvalidRequest', {
    message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  });
}

/**
 * @returns the value
 * @throws S3Error `InvalidRequest` when it is no base64 of the algorithm's length
 */
export function checkChecksumValue(algorithm: ChecksumAlgorithm, text: string): string {
  if (decodeBase64(text, CHECKSUM_BYTES[algorithm]) === undefined) {
    throw s3Error('InvalidRequest', { message: `Value for ${HEADERS[algorithm]} header is invalid.` });
  }
  return text;
}

function readNamed(headers: IncomingHttpHeaders, header: string): ChecksumAlgorithm | undefined {
  const text = headerValue(headers, header);
  if (text === undefined) return undefined;
  const algorithm = CHECKSUM_ALGORITHMS.find((candidate) => candidate === text.toUpperCase());
  if (algorithm !== undefined) return algorithm;
  throw s3Error('InvalidRequest', {
    message: 'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
  });
}

function readChecksumType(headers: IncomingHttpHeaders): ChecksumType | undefined {
  const text = headerValue(headers, 'x-amz-checksum-type')?.toUpperCase();
  if (text === undefined || text === 'COMPOSITE' || text === 'FULL_OBJECT') return text;
  throw s3Error('InvalidRequest', { message: 'Value for x-amz-checksum-type header is invalid.' });
}

/** CRC64NVME has no composite form, and the SHA family no full-object form over parts. */
function checkChecksumType(algorithm: ChecksumAlgorithm, type: ChecksumType | undefined): void {
  const impossible =
    (type === 'COMPOSITE' && algorithm === 'CRC64NVME') ||
    (type === 'FULL_OBJECT' && (algorithm === 'SHA1' || algorithm === 'SHA256'));
  if (!impossible) return;
  throw s3Error('InvalidRequest', {
    message: `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  });
}

/** The type that a multipart upload has when its maker names none. */
export function defaultChecksumType(algorithm: ChecksumAlgorithm): ChecksumType {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
}

/**
 * The trailers that `x-amz-trailer` declares, in lower case.
 * @throws S3Error `InvalidRequest` when one of them is no checksum
 */
export function readDeclaredTrailers(headers: IncomingHttpHeaders): readonly string[] {
  const text = headerValue(headers, 'x-amz-trailer');
  if (text === undefined) return [];
  const names = text
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  for (const name of names) {
    if (!BY_HEADER.has(name)) {
      throw s3Error('InvalidRequest', { message: 'The value specified in the x-amz-trailer header is not supported' });
    }
  }
  return names;
}

function readTrailerName(headers: IncomingHttpHeaders): string | undefined {
  const names = readDeclaredTrailers(headers);
  if (names.length > 1) throw tooMany();
  return names[0];
}

/** Adds a stored checksum and its type to an answer. */
export function writeChecksumHeaders(checksum: Checksum, answer: Record<string, string>): void {
  answer[HEADERS[checksum.algorithm]] = checksum.value;
  answer['x-amz-checksum-type'] = checksum.type;
}

/** The `BadDigest` of a body whose checksum is not the one that came with it. */
export function checksumMismatch(algorithm: ChecksumAlgorithm): Error {
  return s3Error('BadDigest', {
    message: `The ${algorithm} you specified did not match the calculated checksum.`,
  });
}
