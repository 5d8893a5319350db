import { appendToUpload } from '@zas/artifact-registry';
import type { OciOperation } from '../oci-call.js';
import { chunkOf } from '../upload-chunk.js';
import { inPlace, targetUpload, uploadHeaders } from '../upload-answers.js';

export const appendToBlobUpload: OciOperation = async (call) => {
  const upload = await targetUpload(call);
  const { at, source } = await chunkOf(call, upload);
  const length = await inPlace(appendToUpload(call.registry, call.context, upload, at, source));
  return { status: 202, headers: uploadHeaders(call, upload.uploadId, length) };
};
