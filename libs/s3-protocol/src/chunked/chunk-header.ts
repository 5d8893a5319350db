import { S3Error } from '../errors/s3-error.js';
import { isSha256Hex } from '../sigv4/payload-hash.js';
import { hexDigit } from '../target/percent.js';

/** Longest line in front of a chunk, in bytes. */
export const MAX_CHUNK_HEADER_BYTES = 1024;

const EXTENSION = ';chunk-signature=';

/** What the body says is not what its framing allows. */
export function malformedChunk(): S3Error {
  return new S3Error('InvalidRequest', { message: 'The request body is not a well-formed aws-chunked stream.' });
}

/**
 * Reads `size` or `size;chunk-signature=…`, without the end of the line.
 * @throws S3Error `InvalidRequest`
 */
export function parseChunkHeader(line: string, signed: boolean): { size: number; signature: string } {
  const semicolon = line.indexOf(';');
  const digits = semicolon < 0 ? line : line.slice(0, semicolon);
  // Twelve hex digits are far beyond any object and within what a number holds exactly.
  if (digits.length === 0 || digits.length > 12) throw malformedChunk();
  let size = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = hexDigit(digits.charCodeAt(i));
    if (digit < 0) throw malformedChunk();
    size = size * 16 + digit;
  }
  if (!signed) return { size, signature: '' };
  const signature = line.slice(digits.length + EXTENSION.length);
  if (!line.startsWith(EXTENSION, digits.length) || !isSha256Hex(signature)) throw malformedChunk();
  return { size, signature };
}
