import { ARTIFACT_TYPE_FILTER, OCI_HEADERS, REFERRERS_CONTENT_TYPE, formatNextLink, readArtifactTypeFilter, readPage, renderReferrersIndex } from '@zas/oci-protocol';
import type { OciOperation } from '../oci-call.js';

const SIZES = { standard: 1000, most: 1000 };
/** An index is a manifest, and clients read no larger ones. */
const MOST_BYTES = 4_000_000;

export const listReferrers: OciOperation = async (call) => {
  const { repositoryIfAny: repository, target } = call;
  if (target.kind !== 'referrers') throw new Error('This route lists referrers');
  const { limit, last } = readPage(target.query, SIZES);
  const artifactType = readArtifactTypeFilter(target.query);
  const query = { after: last, limit: limit + 1, artifactType };
  const found = limit === 0 || !repository ? [] : await call.registry.metadata.artifacts.referrers(call.context, repository.id, target.subject, query);
  const shown = found.slice(0, limit);
  let body = renderReferrersIndex(shown);
  while (Buffer.byteLength(body) > MOST_BYTES && shown.length > 1) {
    shown.length = Math.ceil(shown.length / 2);
    body = renderReferrersIndex(shown);
  }
  const more = found.length > shown.length && shown.length > 0;
  const path = `/v2/${target.name}/referrers/${target.subject}`;
  return {
    status: 200,
    headers: {
      'content-type': REFERRERS_CONTENT_TYPE,
      [OCI_HEADERS.filtersApplied]: artifactType === undefined ? undefined : ARTIFACT_TYPE_FILTER,
      link: more ? formatNextLink(path, { artifactType, n: limit, last: shown.at(-1)!.digest }) : undefined,
    },
    body,
  };
};
