/** A stretch of a body, in bytes; `length` is at least 1. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

const SINGLE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/;

/**
 * Reads a `Range` header (RFC 9110, 14.2) the way S3 does: one range is honoured,
 * several and anything unreadable are ignored and the whole object is sent.
 * @param size of the object, in bytes
 * @returns `undefined`: send it whole; `unsatisfiable`: `InvalidRange`
 */
export function parseRange(value: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  if (value === undefined || value.length > 128) return undefined;
  const match = SINGLE.exec(value);
  if (match === null) return undefined;
  const [, first, last] = match;
  if (!first) {
    if (!last) return undefined;
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length };
  }
  const start = Number(first);
  const end = last ? Number(last) : size - 1;
  if (last && end < start) return undefined;
  if (start >= size) return 'unsatisfiable';
  return { offset: start, length: Math.min(end, size - 1) - start + 1 };
}

const COPY = /^bytes=(\d+)-(\d+)$/;

/**
 * Reads `x-amz-copy-source-range`, which must be `bytes=first-last`.
 * @returns `undefined` when it is malformed; `unsatisfiable` when it does not lie within the source
 */
export function parseCopyRange(value: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = COPY.exec(value);
  if (match === null || value.length > 128) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2]);
  if (end < start) return undefined;
  return end >= size ? 'unsatisfiable' : { offset: start, length: end - start + 1 };
}

/** `bytes first-last/size` of an answer with status 206. */
export function formatContentRange(range: ByteRange, size: number): string {
  return `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`;
}
