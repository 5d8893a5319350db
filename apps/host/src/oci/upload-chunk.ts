import type { BlobUploadRecord } from '@zas/plugin-api';
import type { UploadSource } from '@zas/artifact-registry';
import { uploadLength } from '@zas/artifact-registry';
import { checkChunk, parseChunkRange } from '@zas/oci-protocol';
import type { OciCall } from './oci-call.js';

/** The bytes of a request and where they belong. Throws `RANGE_INVALID` or `SIZE_INVALID` for what cannot be appended. */
export async function chunkOf(call: OciCall, upload: BlobUploadRecord): Promise<{ at: number | undefined; source: UploadSource }> {
  const contentLength = call.contentLength();
  const contentRange = call.headers['content-range'];
  if (contentRange !== undefined) checkChunk({ contentRange, contentLength }, await uploadLength(call.registry, call.context, upload));
  const range = contentRange === undefined || contentLength === 0 ? undefined : parseChunkRange(contentRange);
  return { at: range?.offset, source: { bytes: call.exchange.body(), size: range?.length ?? contentLength } };
}
