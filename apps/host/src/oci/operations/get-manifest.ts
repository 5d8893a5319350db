import { openManifest } from '@zas/artifact-registry';
import { streamOf } from '../blob-stream.js';
import { manifestHeaders, unchanged } from '../answer-headers.js';
import type { OciOperation } from '../oci-call.js';

export const getManifest: OciOperation = async (call) => {
  const { registry, context, repository, reference } = call;
  const { manifest, body } = await openManifest(registry, context, repository, reference);
  const headers = await manifestHeaders(call, manifest);
  const same = unchanged(call, manifest.digest, headers);
  call.pulls.pulled(repository.id, manifest.digest, reference.kind === 'tag' ? reference.tag : undefined, registry.clock.now());
  return same ?? { status: 200, headers, body: streamOf(call, body) };
};
