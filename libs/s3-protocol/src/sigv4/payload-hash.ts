import { S3Error } from '../errors/s3-error.js';
import type { PayloadHash } from './request.js';
import { CHUNK_FRAMINGS, UNSIGNED_PAYLOAD } from './request.js';

const UNSIGNED: PayloadHash = { kind: 'unsigned' };

const WORDS: Readonly<Record<string, PayloadHash>> = {
  [UNSIGNED_PAYLOAD]: UNSIGNED,
  [CHUNK_FRAMINGS.signed]: { kind: 'chunked', framing: 'signed' },
  [CHUNK_FRAMINGS['signed-trailer']]: { kind: 'chunked', framing: 'signed-trailer' },
  [CHUNK_FRAMINGS['unsigned-trailer']]: { kind: 'chunked', framing: 'unsigned-trailer' },
};

/** True for 64 hex digits in lower case. */
export function isSha256Hex(text: string): boolean {
  if (text.length !== 64) return false;
  for (let i = 0; i < 64; i++) {
    const code = text.charCodeAt(i);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
  }
  return true;
}

/**
 * Reads `x-amz-content-sha256`.
 * @throws S3Error `InvalidArgument` for anything that is neither a digest nor a known word
 */
export function parsePayloadHash(text: string): PayloadHash {
  if (isSha256Hex(text)) return { kind: 'digest', sha256: text };
  const word = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  if (word !== undefined) return word;
  throw new S3Error('InvalidArgument', {
    message: `x-amz-content-sha256 must be UNSIGNED-PAYLOAD, ${CHUNK_FRAMINGS['unsigned-trailer']}, ${CHUNK_FRAMINGS.signed}, ${CHUNK_FRAMINGS['signed-trailer']}, or a valid sha256 value.`,
    fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: text },
  });
}
