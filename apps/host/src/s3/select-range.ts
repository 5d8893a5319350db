import type { ByteRange, Checksum, ObjectVersion } from '@zas/plugin-api';
import { invalidArgument, parseRange, s3Error } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** What of an object is answered. */
export interface Selection {
  readonly range: ByteRange;
  /** Answer 206 with `Content-Range`. */
  readonly partial: boolean;
  /** Of these bytes, as far as it is known; clients are shown it when they ask. */
  readonly checksum?: Checksum;
}

/**
 * Chooses the range by `Range` or `partNumber`. Throws `InvalidRange`,
 * `InvalidArgument`, `InvalidRequest` for both at once.
 */
export async function selectRange(call: S3Call, version: ObjectVersion): Promise<Selection> {
  const header = call.headers.range;
  const partNumber = call.target.query.get('partNumber');
  if (partNumber !== undefined) {
    if (header !== undefined) throw s3Error('InvalidRequest', { message: 'Cannot specify both Range header and partNumber query parameter' });
    return selectPart(call, version, partNumber);
  }
  const range = parseRange(header, version.size);
  if (range === 'unsatisfiable') throw unsatisfiable(version, header);
  if (!range) return whole(version, false);
  return { range, partial: true, checksum: range.length === version.size ? version.checksum : undefined };
}

async function selectPart(call: S3Call, version: ObjectVersion, text: string): Promise<Selection> {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > call.store.limits.partCount) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  }
  if (version.partCount === undefined) {
    // An object that was put whole has one part.
    if (number > 1) throw s3Error('InvalidPartNumber');
    return whole(version, version.size > 0);
  }
  if (number > version.partCount) throw s3Error('InvalidPartNumber');
  if (version.body.kind !== 'extents') return whole(version, version.size > 0);
  const parts = await call.store.metadata.objects.bodyParts(call.context, version.body.bodyId, { after: 0, limit: version.partCount });
  // Clients count parts as they were named at Complete, which may leave gaps.
  const part = parts.find((candidate) => candidate.number === number) ?? parts[number - 1];
  if (!part) throw s3Error('InvalidPartNumber');
  // No Content-Range can tell of an empty part (RFC 9110, 14.4).
  const checksum = version.checksum && part.checksum !== undefined ? { ...version.checksum, value: part.checksum } : undefined;
  return { range: { offset: part.start, length: part.size }, partial: part.size > 0, checksum };
}

function whole(version: ObjectVersion, partial: boolean): Selection {
  return { range: { offset: 0, length: version.size }, partial, checksum: version.checksum };
}

function unsatisfiable(version: ObjectVersion, header: string | undefined) {
  const fields = { RangeRequested: header ?? '', ActualObjectSize: String(version.size) };
  return s3Error('InvalidRange', { fields, headers: { 'content-range': `bytes */${version.size}` } });
}
