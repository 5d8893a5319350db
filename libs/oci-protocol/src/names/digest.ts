import { createHash } from 'node:crypto';
import { OciError, repeated } from '../errors/oci-error.js';

/** Algorithms that this registry computes. */
export const DIGEST_ALGORITHMS = ['sha256', 'sha512'] as const;

export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** `sha256:` and 64, or `sha512:` and 128, lower-case hex digits. */
export type Digest = `${DigestAlgorithm}:${string}`;

/** Characters of the hex part, by algorithm. */
const HEX_LENGTH: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha512: 128 };

/** Longest digest that is looked at. The grammar has no bound. */
export const MAX_DIGEST_LENGTH = 512;

const SUPPORTED = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;
const GRAMMAR = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):([A-Za-z0-9=_-]+)$/;
const BLAKE3 = /^[a-f0-9]{64}$/;

/** True for digests that this registry can compute and compare. */
export function isDigest(text: string): text is Digest {
  return text.length <= 135 && SUPPORTED.test(text);
}

/**
 * What a text is: a digest of ours; one of another algorithm that follows the
 * grammar of the image specification ("Digests"), registered or not; or none.
 * Registered algorithms fix the form of what follows the colon, so `sha256:abc`
 * and `sha256:` in capitals are malformed.
 */
export function classifyDigest(text: string): 'supported' | 'unsupported' | 'malformed' {
  if (isDigest(text)) return 'supported';
  if (text.length > MAX_DIGEST_LENGTH) return 'malformed';
  const [, algorithm = '', encoded = ''] = GRAMMAR.exec(text) ?? [];
  if (algorithm === '' || isDigestAlgorithm(algorithm)) return 'malformed';
  return algorithm === 'blake3' && !BLAKE3.test(encoded) ? 'malformed' : 'unsupported';
}

/** @throws OciError `DIGEST_INVALID` for what is malformed or of an algorithm that the registry does not compute */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw invalidDigest(text);
}

/** The `DIGEST_INVALID` of a text that is no digest of ours. */
export function invalidDigest(text: string): OciError {
  const message = classifyDigest(text) === 'unsupported' ? 'digest algorithm not supported' : 'malformed digest';
  return new OciError('DIGEST_INVALID', { message, detail: { digest: repeated(text) } });
}

export function isDigestAlgorithm(text: string): text is DigestAlgorithm {
  return text === 'sha256' || text === 'sha512';
}

/**
 * @param hex lower case, of the algorithm's length
 * @throws RangeError when it is not
 */
export function formatDigest(algorithm: DigestAlgorithm, hex: string): Digest {
  const digest: Digest = `${algorithm}:${hex}`;
  if (!isDigest(digest)) throw new RangeError(`${HEX_LENGTH[algorithm]} lower-case hex digits wanted`);
  return digest;
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha256:') ? 'sha256' : 'sha512';
}

/** What follows the colon. */
export function digestHex(digest: Digest): string {
  return digest.slice(7);
}

/** Digest of bytes that lie in memory: manifests and the like. */
export function digestOf(algorithm: DigestAlgorithm, bytes: Uint8Array): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
