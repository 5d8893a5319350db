import { deleteManifest as removeManifest, deleteTag } from '@zas/artifact-registry';
import type { OciOperation } from '../oci-call.js';

/** By tag the tag goes; by digest the manifest with its tags, each of which takes its own permission. */
export const deleteManifest: OciOperation = async (call) => {
  const { registry, context, repository, reference } = call;
  if (reference.kind === 'tag') {
    await call.authorize('oci:DeleteTag', reference.tag);
    await deleteTag(registry, context, repository, reference.tag);
  } else {
    await call.authorize('oci:DeleteManifest');
    await removeManifest(registry, context, repository, reference.digest, async (tags) => {
      for (const tag of tags) await call.authorize('oci:DeleteTag', tag);
    });
  }
  return { status: 202, headers: {} };
};
