import { OciError } from '../errors/oci-error.js';

/** A stretch of a body, in bytes; `length` is at least 1. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

const SINGLE = /^bytes=[ \t]*(\d{0,16})-(\d{0,16})[ \t]*$/i;

/**
 * Reads a `Range` header (RFC 9110, 14.2). One range is honoured; several, other
 * units and what is unreadable are ignored, which RFC 9110 allows, and the whole
 * blob is sent. A range that ends before it begins is unsatisfiable here, as the
 * conformance suite and Go's file server have it.
 * @param size of the blob, in bytes
 * @returns `undefined`: send it whole; `unsatisfiable`: {@link rangeNotSatisfiable}
 */
export function parseByteRange(value: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  if (value === undefined || value.length > 128) return undefined;
  const [, first, last] = SINGLE.exec(value) ?? [];
  if (first === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return offset >= size || end < offset ? 'unsatisfiable' : { offset, length: end - offset + 1 };
}

/** `bytes first-last/size` of an answer with status 206. */
export function formatContentRange(range: ByteRange, size: number): string {
  return `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`;
}

/** The `RANGE_INVALID` 416 that tells the size (RFC 9110, 15.5.17). */
export function rangeNotSatisfiable(size: number): OciError {
  return new OciError('RANGE_INVALID', {
    message: 'requested range not satisfiable',
    detail: { size },
    headers: { 'content-range': `bytes */${size}` },
  });
}
