import type { RepositoryRecord } from '@zas/plugin-api';
import { LIST_CONTENT_TYPE, formatNextLink, openPosition, readPage, renderCatalog, sealPosition } from '@zas/oci-protocol';
import { BEHIND, type CatalogSight, type Place } from '../catalog-sight.js';
import type { OciCall, OciOperation } from '../oci-call.js';

const SIZES = { standard: 1000, most: 1000 };
/** What one request looks at, whatever it may show of it. */
const MOST_SEEN = 10_000;
const MOST_LOOKS = 1_000;

/**
 * The catalog, of what the caller may see: only there is looked. A page may be short,
 * or empty, and still have a next one; where that begins behind a name that he may
 * not see, the `Link` has it sealed.
 */
export const listRepositories: OciOperation = async (call) => {
  const { limit, last } = readPage(call.target.query, SIZES);
  const sealed = call.target.query.single('from');
  const start = sealed === undefined ? last : openPosition(call.positionSecret, sealed);
  const sights = limit === 0 ? [] : await call.sights();
  const { names, reached } = together(await Promise.all(sights.map((sight) => look(call, sight, start ?? '', limit + 1))));
  const shown = names.slice(0, limit);
  const next = names.length > limit ? { last: shown.at(-1) } : reached === undefined ? undefined : { from: sealPosition(call.positionSecret, reached) };
  const link = next && formatNextLink('/v2/_catalog', { n: limit, ...next });
  return { status: 200, headers: { 'content-type': LIST_CONTENT_TYPE, link }, body: renderCatalog(shown) };
};

interface Found {
  /** In order: all that are to be seen up to `reached`, or as many as are wanted. */
  readonly names: readonly string[];
  /** There may be more behind it; absent: there is not, or enough was found. */
  readonly reached?: string;
}

/** What is not known of one place yet is not shown of another. */
function together(found: readonly Found[]): Found {
  const [reached] = found.flatMap((one) => one.reached ?? []).sort();
  const names = [...new Set(found.flatMap((one) => one.names))].sort();
  return reached === undefined ? { names } : { names: names.filter((name) => name <= reached), reached };
}

async function look({ registry, context }: OciCall, sight: CatalogSight, start: string, wanted: number): Promise<Found> {
  const names: string[] = [];
  const { owner } = sight;
  let [after, seen, looks] = [start, 0, 0];
  for (const place of sight.places) {
    if (isBehind(place, after)) continue;
    let size = Math.min(SIZES.most, wanted);
    for (let more = true; more; looks++) {
      if (seen >= MOST_SEEN || looks >= MOST_LOOKS) return { names, reached: after };
      const limit = place.exact ? 1 : size;
      const query = { prefix: place.text, after: after === '' ? undefined : after, limit, owner };
      const page: readonly RepositoryRecord[] = await registry.metadata.repositories.list(context, query);
      // Of all that begins with a name, it comes first.
      const meant = place.exact ? page.filter(({ name }) => name === place.text) : page;
      names.push(...(await sight.shown(meant)).map(({ name }) => name));
      if (names.length >= wanted) return { names };
      seen += page.length;
      more = !place.exact && page.length === limit;
      const end = page.at(-1)?.name;
      if (more && end !== undefined) after = sight.skip(end) ?? end;
      // Little is read for a small page; what shows little is read in larger ones.
      size = Math.min(SIZES.most, size * 4);
    }
    after = place.exact ? place.text : place.text + BEHIND;
  }
  return { names };
}

/** Nothing of the place comes after that name. */
function isBehind({ text, exact }: Place, after: string): boolean {
  return text <= after && (exact || !after.startsWith(text));
}
