import type { IncomingHttpHeaders } from 'node:http';
import type { BlobLink, ByteRange } from '@zas/plugin-api';
import { failedCondition, ifRangeHolds, parseByteRange, rangeNotSatisfiable, readConditions } from '@zas/oci-protocol';

/**
 * The range of a blob that a request asks for; `undefined`: all of it. A condition
 * that fails is answered first, whatever the range is (RFC 9110, 13.2.2). Throws
 * `RANGE_INVALID` 416.
 */
export function chooseRange(headers: IncomingHttpHeaders, { digest, size }: Pick<BlobLink, 'digest' | 'size'>): ByteRange | undefined {
  const ifRange = headers['if-range'];
  if (failedCondition(readConditions(headers), digest) !== undefined) return undefined;
  if (!ifRangeHolds(typeof ifRange === 'string' ? ifRange : undefined, digest)) return undefined;
  const range = parseByteRange(headers.range, size);
  if (range === 'unsatisfiable') throw rangeNotSatisfiable(size);
  return range;
}
