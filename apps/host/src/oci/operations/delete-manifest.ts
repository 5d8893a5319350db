import { deleteManifest as removeManifest } from '@zas/artifact-registry';
import type { OciOperation } from '../oci-call.js';

/** By digest: the manifest goes with its tags, each of which takes its own permission. */
export const deleteManifest: OciOperation = async (call) => {
  const { registry, context, repository, reference } = call;
  if (reference.kind !== 'digest') throw new Error('This route names a digest');
  await removeManifest(registry, context, repository, reference.digest, async (tags) => {
    for (const tag of tags) await call.authorize('oci:DeleteTag', tag);
  });
  return { status: 202, headers: {} };
};
