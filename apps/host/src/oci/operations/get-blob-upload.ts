import { uploadLength } from '@zas/artifact-registry';
import type { OciOperation } from '../oci-call.js';
import { targetUpload, uploadHeaders } from '../upload-answers.js';

export const getBlobUpload: OciOperation = async (call) => {
  const upload = await targetUpload(call);
  const length = await uploadLength(call.registry, call.context, upload);
  return { status: 204, headers: uploadHeaders(call, upload.uploadId, length) };
};
