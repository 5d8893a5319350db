import { openBlob } from '@zas/artifact-registry';
import { formatContentRange } from '@zas/oci-protocol';
import { blobHeaders, blobDigest } from '../blob-headers.js';
import { streamOf } from '../blob-stream.js';
import { chooseRange } from '../choose-range.js';
import { unchanged } from '../answer-headers.js';
import type { OciOperation } from '../oci-call.js';

export const getBlob: OciOperation = async (call) => {
  const digest = blobDigest(call);
  let partial = false;
  const { link, range, body } = await openBlob(call.registry, call.context, call.repository, digest, (found) => {
    const chosen = chooseRange(call.headers, found);
    partial = chosen !== undefined;
    return chosen ?? { offset: 0, length: found.size };
  });
  const headers = { ...(await blobHeaders(call, link)), 'content-length': range.length };
  const same = unchanged(call, digest, headers);
  if (same) return same;
  if (!partial) return { status: 200, headers, body: streamOf(call, body) };
  return { status: 206, headers: { ...headers, 'content-range': formatContentRange(range, link.size) }, body: streamOf(call, body) };
};
