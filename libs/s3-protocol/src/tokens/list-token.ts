import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidArgument } from '../errors/s3-error.js';

const MAC_BYTES = 16;

/** Longest token that is looked at, in characters: a key of 1,024 bytes and more than enough around it. */
const MAX_TOKEN_LENGTH = 4096;

function mac(secret: string | Uint8Array, scope: string, after: Uint8Array): Buffer {
  // The length keeps the end of the scope apart from the beginning of the text.
  return createHmac('sha256', secret).update(`${scope.length}:${scope}`).update(after).digest().subarray(0, MAC_BYTES);
}

/**
 * A continuation token: where a listing goes on, bound to what is being listed.
 * Not secret, but not to be forged or carried elsewhere. The same input gives the same token.
 * @param scope what the token is good for, for example the kind of listing and the bucket's id
 * @param after well-formed text
 */
export function sealToken(secret: string | Uint8Array, scope: string, after: string): string {
  const bytes = Buffer.from(after, 'utf8');
  return Buffer.concat([mac(secret, scope, bytes), bytes]).toString('base64url');
}

/**
 * The text inside a token.
 * @throws S3Error `InvalidArgument` for a token that is malformed, forged or of another scope
 */
export function openToken(secret: string | Uint8Array, scope: string, token: string): string {
  const bytes = token.length <= MAX_TOKEN_LENGTH ? Buffer.from(token, 'base64url') : Buffer.alloc(0);
  const after = bytes.subarray(MAC_BYTES);
  if (bytes.length < MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(secret, scope, after))) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token.slice(0, 128));
  }
  return after.toString('utf8');
}
