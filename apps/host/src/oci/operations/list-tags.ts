import { LIST_CONTENT_TYPE, formatNextLink, readPage, renderTagList } from '@zas/oci-protocol';
import type { OciOperation } from '../oci-call.js';

const SIZES = { standard: 1000, most: 1000 };

export const listTags: OciOperation = async (call) => {
  const { repository } = call;
  const { limit, last } = readPage(call.target.query, SIZES);
  const found = limit === 0 ? [] : await call.registry.metadata.artifacts.tags(call.context, repository.id, { after: last, limit: limit + 1 });
  const tags = found.slice(0, limit).map(({ name }) => name);
  const link = found.length > limit ? formatNextLink(`/v2/${repository.name}/tags/list`, { n: limit, last: tags.at(-1) }) : undefined;
  return { status: 200, headers: { 'content-type': LIST_CONTENT_TYPE, link }, body: renderTagList(repository.name, tags) };
};
