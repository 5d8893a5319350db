import { findManifest } from '@zas/artifact-registry';
import { manifestHeaders, unchanged } from '../answer-headers.js';
import type { OciOperation } from '../oci-call.js';

export const headManifest: OciOperation = async (call) => {
  const manifest = await findManifest(call.registry, call.context, call.repository, call.reference);
  const headers = await manifestHeaders(call, manifest);
  return unchanged(call, manifest.digest, headers) ?? { status: 200, headers };
};
