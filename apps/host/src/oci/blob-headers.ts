import type { BlobLink } from '@zas/plugin-api';
import type { Digest } from '@zas/oci-protocol';
import { OCI_HEADERS, formatEtag } from '@zas/oci-protocol';
import { cacheControl } from './answer-headers.js';
import type { OciCall } from './oci-call.js';

/** The digest of the target. Throws for targets that are no blob. */
export function blobDigest({ target }: OciCall): Digest {
  if (target.kind !== 'blob') throw new Error('This route has no blob');
  return target.digest;
}

export async function blobHeaders(call: OciCall, { digest, size }: BlobLink): Promise<Record<string, string | number>> {
  return {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'accept-ranges': 'bytes',
    [OCI_HEADERS.contentDigest]: digest,
    etag: formatEtag(digest),
    'cache-control': cacheControl(await call.isPublic('oci:GetBlob'), true),
  };
}
