import type { RepositoryRecord } from '@zas/plugin-api';
import { LIST_CONTENT_TYPE, formatNextLink, openPosition, readPage, renderCatalog, sealPosition } from '@zas/oci-protocol';
import type { OciOperation } from '../oci-call.js';

const SIZES = { standard: 1000, most: 1000 };
/** Repositories that one request looks at, whatever it may show of them. */
const MOST_SEEN = 10_000;

/**
 * The catalog, of what the caller may see. A page may be short, or empty, and still
 * have a next one; where that begins behind a name that he may not see, the `Link` has
 * it sealed.
 */
export const listRepositories: OciOperation = async (call) => {
  const { limit, last } = readPage(call.target.query, SIZES);
  const shown: string[] = [];
  const sealed = call.target.query.single('from');
  let after = sealed === undefined ? last : openPosition(call.positionSecret, sealed);
  let more = limit > 0;
  for (let seen = 0; more && seen < MOST_SEEN && shown.length < limit; seen += SIZES.most) {
    const page: readonly RepositoryRecord[] = await call.registry.metadata.repositories.list(call.context, { after, limit: SIZES.most });
    more = page.length === SIZES.most;
    after = page.at(-1)?.name ?? after;
    const names = (await call.visible(page)).map(({ name }) => name);
    const wanted = limit - shown.length;
    shown.push(...names.slice(0, wanted));
    if (names.length <= wanted) continue;
    [after, more] = [names[wanted - 1], true];
  }
  const position = after === undefined || after === shown.at(-1) ? { last: after } : { from: sealPosition(call.positionSecret, after) };
  const link = more && limit > 0 && after !== undefined ? formatNextLink('/v2/_catalog', { n: limit, ...position }) : undefined;
  return { status: 200, headers: { 'content-type': LIST_CONTENT_TYPE, link }, body: renderCatalog(shown) };
};
