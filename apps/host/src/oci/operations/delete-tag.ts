import { deleteTag as removeTag } from '@zas/artifact-registry';
import type { OciOperation } from '../oci-call.js';

/** By tag: the tag goes, its manifest stays. */
export const deleteTag: OciOperation = async (call) => {
  const { registry, context, repository, reference } = call;
  if (reference.kind !== 'tag') throw new Error('This route names a tag');
  await removeTag(registry, context, repository, reference.tag);
  return { status: 202, headers: {} };
};
