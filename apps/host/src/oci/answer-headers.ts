import type { ManifestRecord } from '@zas/plugin-api';
import { OCI_HEADERS, failedCondition, formatEtag, ociError, readConditions } from '@zas/oci-protocol';
import type { Answer } from '../http/answer.js';
import type { OciCall } from './oci-call.js';

const YEAR_SECONDS = 31_536_000;

/**
 * How long an answer may be kept, and by whom: for ever what a digest names, never
 * unasked what a tag names; by shared caches only what everybody may read.
 */
export function cacheControl(isPublic: boolean, immutable: boolean): string {
  const who = isPublic ? 'public' : 'private';
  return immutable ? `${who}, max-age=${YEAR_SECONDS}, immutable` : `${who}, no-cache`;
}

export async function manifestHeaders(call: OciCall, { digest, mediaType, size }: ManifestRecord): Promise<Record<string, string | number>> {
  return {
    'content-type': mediaType,
    'content-length': size,
    [OCI_HEADERS.contentDigest]: digest,
    etag: formatEtag(digest),
    'cache-control': cacheControl(await call.isPublic('oci:GetManifest'), call.reference.kind === 'digest'),
  };
}

/** The answer to a read whose condition says that nothing need be sent; `undefined`: send it. Throws 412 for `If-Match`. */
export function unchanged(call: OciCall, digest: string, headers: Answer['headers']): Answer | undefined {
  const { 'if-match': match, 'if-none-match': noneMatch } = call.headers;
  const failed = failedCondition(readConditions({ 'if-match': match, 'if-none-match': noneMatch }), digest);
  if (failed === 'ifMatch') throw ociError('DENIED', { status: 412, message: 'a precondition of the request does not hold' });
  if (failed === undefined) return undefined;
  const { etag, 'cache-control': cache, [OCI_HEADERS.contentDigest]: named } = headers;
  return { status: 304, headers: { etag, 'cache-control': cache, [OCI_HEADERS.contentDigest]: named } };
}
