import { cancelUpload } from '@zas/artifact-registry';
import type { OciOperation } from '../oci-call.js';
import { targetUpload } from '../upload-answers.js';

export const cancelBlobUpload: OciOperation = async (call) => {
  await cancelUpload(call.registry, call.context, await targetUpload(call));
  return { status: 204, headers: {} };
};
