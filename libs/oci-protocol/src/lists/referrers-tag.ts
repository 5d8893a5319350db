import type { Digest } from '../names/digest.js';
import { isDigest } from '../names/digest.js';

/**
 * The tag under which clients of registries without referrers keep the list of a
 * subject's referrers (distribution specification, "Referrers Tag Schema").
 * @param digest well-formed, of any algorithm
 */
export function referrersTag(digest: string): string {
  const colon = digest.indexOf(':');
  const tag = `${digest.slice(0, Math.min(colon, 32))}-${digest.slice(colon + 1, colon + 65)}`;
  return tag.replace(/[^A-Za-z0-9._-]/g, '-');
}

/**
 * The subject whose referrers a tag lists. Only `sha256` can be told back: longer
 * digests are cut in the tag.
 */
export function subjectOfReferrersTag(tag: string): Digest | undefined {
  if (!tag.startsWith('sha256-')) return undefined;
  const digest = `sha256:${tag.slice(7)}`;
  return isDigest(digest) ? digest : undefined;
}
