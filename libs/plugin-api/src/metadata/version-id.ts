/**
 * Version ids carry their version's number, so that a listing marker whose
 * version is gone still positions. They are opaque to clients: 27 characters of
 * Crockford base32 (11 for the number, 16 of nonce), no order promised.
 */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * @param seq the version number, a non-negative safe integer
 * @param nonce 16 characters of the alphabet, at random
 */
export function encodeVersionId(seq: number, nonce: string): string {
  let rest = seq;
  let digits = '';
  for (let i = 0; i < 11; i++) {
    digits = ALPHABET[rest % 32] + digits;
    rest = Math.floor(rest / 32);
  }
  return digits + nonce;
}

/** The version number inside an id, or `undefined` when the text is no version id. */
export function decodeVersionId(versionId: string): { seq: number; nonce: string } | undefined {
  if (!/^[0-9a-hjkmnp-tv-z]{27}$/.test(versionId)) return undefined;
  let seq = 0;
  for (const character of versionId.slice(0, 11)) seq = seq * 32 + ALPHABET.indexOf(character);
  return Number.isSafeInteger(seq) ? { seq, nonce: versionId.slice(11) } : undefined;
}
