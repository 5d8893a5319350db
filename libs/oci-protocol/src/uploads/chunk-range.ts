import { OciError } from '../errors/oci-error.js';

/** Where in a blob a chunk lies, in bytes; `length` is at least 1. */
export interface ChunkRange {
  readonly offset: number;
  readonly length: number;
}

// The specification's form has no unit; HTTP's has one, and a size behind it.
const RANGE = /^(?:bytes[ =])?[ ]?(\d{1,16})-(\d{1,16})(?:\/(?:\*|\d{1,16}))?$/i;

/**
 * Reads the `Content-Range` of a chunk: `0-99`, or as HTTP has it `bytes 0-99/*`.
 * @returns `undefined` when it is malformed or ends before it begins
 */
export function parseChunkRange(value: string): ChunkRange | undefined {
  if (value.length > 64) return undefined;
  const [, first, last] = RANGE.exec(value.trim()) ?? [];
  if (first === undefined) return undefined;
  const offset = Number(first);
  const end = Number(last);
  return end < offset || !Number.isSafeInteger(end + 1) ? undefined : { offset, length: end - offset + 1 };
}

/**
 * Holds a chunk of a PATCH or a closing PUT against what the upload has. Without
 * `Content-Range` the bytes are appended; without a body there is no chunk, so its
 * range says nothing.
 * @param received bytes that the upload has
 * @throws OciError `RANGE_INVALID` for a range that is malformed or does not begin where
 *   the upload ends; `SIZE_INVALID` when the length is not the range's
 */
export function checkChunk(
  chunk: { readonly contentRange: string | undefined; readonly contentLength: number | undefined },
  received: number,
): void {
  if (chunk.contentRange === undefined || chunk.contentLength === 0) return;
  const range = parseChunkRange(chunk.contentRange);
  if (range === undefined || range.offset !== received) {
    throw new OciError('RANGE_INVALID', { detail: { received }, headers: { range: formatUploadRange(received) } });
  }
  if (chunk.contentLength !== undefined && chunk.contentLength !== range.length) {
    throw new OciError('SIZE_INVALID', { detail: { contentLength: chunk.contentLength, rangeLength: range.length } });
  }
}

/**
 * The `Range` header that tells how much of an upload is there: `0-` and the
 * position of the last byte. An empty upload is `0-0`, like one of a single byte:
 * the form has no way to say "nothing", other registries answer so, and clients
 * refuse a negative end.
 */
export function formatUploadRange(received: number): string {
  return `0-${Math.max(received - 1, 0)}`;
}
