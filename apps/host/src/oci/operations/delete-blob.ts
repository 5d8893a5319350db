import { deleteBlob as removeBlob } from '@zas/artifact-registry';
import { blobDigest } from '../blob-headers.js';
import type { OciOperation } from '../oci-call.js';

export const deleteBlob: OciOperation = async (call) => {
  await removeBlob(call.registry, call.context, call.repository, blobDigest(call));
  return { status: 202, headers: {} };
};
