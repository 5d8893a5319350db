import { badRequest, OciError } from '../errors/oci-error.js';
import type { Reference } from '../names/names.js';
import { checkTag } from '../names/names.js';
import type { OciQuery } from '../target/query.js';

/** Most tags of one PUT. The specification asks for at least ten; the answer's `OCI-Tag` names all of them. */
export const MAX_TAGS = 50;

/**
 * The tags that a manifest PUT sets: its reference, or, for a PUT by digest, the
 * `tag` parameters, each once, in the order of the request.
 * @throws OciError `TAG_INVALID` for one that is no tag, with status 414 for more than
 *   `most`; `UNSUPPORTED` 400 for `tag` parameters beside a tag
 */
export function readTags(reference: Reference, query: OciQuery, most: number = MAX_TAGS): readonly string[] {
  const named = query.all('tag');
  if (reference.kind === 'tag') {
    if (named.length > 0) throw badRequest('tag parameters need a digest in the path');
    return [reference.tag];
  }
  if (named.length > most) throw new OciError('TAG_INVALID', { status: 414, message: 'too many tags', detail: { limit: most } });
  return [...new Set(named.map(checkTag))];
}

/** Value of `OCI-Tag`: the tags that a PUT made. */
export function formatOciTag(tags: readonly string[]): string {
  return tags.join(', ');
}
