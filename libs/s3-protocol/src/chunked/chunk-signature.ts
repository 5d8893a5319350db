import { createHmac, hash } from 'node:crypto';
import type { ChunkSigning } from '../sigv4/request.js';
import { scopeText } from '../sigv4/request.js';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The text that a chunk is signed with; each chunk signs the signature before it. */
export function chunkStringToSign(signing: ChunkSigning, previousSignature: string, sha256: string): string {
  return `AWS4-HMAC-SHA256-PAYLOAD\n${signing.timestamp}\n${scopeText(signing.scope)}\n${previousSignature}\n${EMPTY_SHA256}\n${sha256}`;
}

/** The text that a trailer section is signed with. */
export function trailerStringToSign(
  signing: ChunkSigning,
  previousSignature: string,
  trailers: Iterable<readonly [name: string, value: string]>,
): string {
  let section = '';
  for (const [name, value] of trailers) section += `${name}:${value}\n`;
  const digest = hash('sha256', Buffer.from(section, 'latin1'), 'hex');
  return `AWS4-HMAC-SHA256-TRAILER\n${signing.timestamp}\n${scopeText(signing.scope)}\n${previousSignature}\n${digest}`;
}

/** Lower-case hex. */
export function signText(signing: ChunkSigning, text: string): string {
  return createHmac('sha256', signing.signingKey).update(text).digest('hex');
}
