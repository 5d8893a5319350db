import { finishUpload } from '@zas/artifact-registry';
import { readClosingDigest } from '@zas/oci-protocol';
import type { OciOperation } from '../oci-call.js';
import { chunkOf } from '../upload-chunk.js';
import { blobCreated, inPlace, targetUpload } from '../upload-answers.js';

export const finishBlobUpload: OciOperation = async (call) => {
  const digest = readClosingDigest(call.target.query);
  const upload = await targetUpload(call);
  const last = call.exchange.hasBody ? await chunkOf(call, upload) : undefined;
  await inPlace(finishUpload(call.registry, call.context, upload, digest, last));
  return blobCreated(call, digest);
};
