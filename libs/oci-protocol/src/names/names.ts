import { OciError, repeated } from '../errors/oci-error.js';
import type { Digest } from './digest.js';
import { classifyDigest, isDigest } from './digest.js';

/** Longest repository name; clients allow 255 for host and name together. The grammar is ASCII, so characters are bytes. */
export const MAX_NAME_LENGTH = 255;

/** Longest tag, in characters, which are bytes likewise. */
export const MAX_TAG_LENGTH = 128;

// Separators share no character with what they separate, so no text is tried twice.
const NAME = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * True when a repository may have that name (distribution specification, "Pulling
 * manifests"). No component begins with `_`: those are extensions.
 */
export function isRepositoryName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && NAME.test(text);
}

/**
 * @returns the name
 * @throws OciError `NAME_INVALID`
 */
export function checkRepositoryName(text: string): string {
  if (isRepositoryName(text)) return text;
  throw new OciError('NAME_INVALID', { detail: { name: repeated(text) } });
}

export function isTag(text: string): boolean {
  return text.length <= MAX_TAG_LENGTH && TAG.test(text);
}

/**
 * @returns the tag
 * @throws OciError `TAG_INVALID`
 */
export function checkTag(text: string): string {
  if (isTag(text)) return text;
  throw new OciError('TAG_INVALID', { detail: { tag: repeated(text) } });
}

/** How a manifest is named. */
export type Reference = { readonly kind: 'tag'; readonly tag: string } | { readonly kind: 'digest'; readonly digest: Digest };

/**
 * Tells what a reference is: a tag has no colon and a digest has one. `unsupported`:
 * a well-formed digest of an algorithm that nothing here is stored under.
 */
export function classifyReference(text: string): Reference | 'unsupported-digest' | 'malformed-digest' | 'malformed-tag' {
  if (isDigest(text)) return { kind: 'digest', digest: text };
  if (isTag(text)) return { kind: 'tag', tag: text };
  if (!text.includes(':')) return 'malformed-tag';
  return classifyDigest(text) === 'unsupported' ? 'unsupported-digest' : 'malformed-digest';
}
