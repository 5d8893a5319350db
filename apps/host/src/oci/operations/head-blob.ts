import { findBlob } from '@zas/artifact-registry';
import { blobDigest, blobHeaders } from '../blob-headers.js';
import { unchanged } from '../answer-headers.js';
import type { OciOperation } from '../oci-call.js';

export const headBlob: OciOperation = async (call) => {
  const link = await findBlob(call.registry, call.context, call.repository, blobDigest(call));
  const headers = await blobHeaders(call, link);
  return unchanged(call, link.digest, headers) ?? { status: 200, headers };
};
