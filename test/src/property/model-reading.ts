import type { ModelVersion } from './model-bucket.js';
import { S3Failure } from './model-terms.js';

/** One range as a client asks for it: `first` to `last`, from `first` on, or the last `suffix` bytes. */
export type RangeRequest = { readonly first: number; readonly last?: number } | { readonly suffix: number };

/** What of an object GetObject and HeadObject answer. */
export interface ModelReading {
  readonly status: 200 | 206;
  readonly content: Buffer;
  /** With status 206. */
  readonly contentRange?: string;
}

export function renderRange(range: RangeRequest): string {
  return 'suffix' in range ? `bytes=-${range.suffix}` : `bytes=${range.first}-${range.last ?? ''}`;
}

/** @throws S3Failure for what the object does not have */
export function readPart(object: ModelVersion, request: { range?: RangeRequest; partNumber?: number }): ModelReading {
  if (request.partNumber !== undefined) return readNumbered(object, request.partNumber);
  const { content } = object;
  const size = content.length;
  const { range } = request;
  if (range === undefined) return { status: 200, content };
  if ('suffix' in range) {
    if (range.suffix === 0 || size === 0) throw new S3Failure(416, 'InvalidRange');
    return stretch(object, Math.max(0, size - range.suffix), size);
  }
  const { first, last } = range;
  if (last !== undefined && last < first) return { status: 200, content };
  if (first >= size) throw new S3Failure(416, 'InvalidRange');
  return stretch(object, first, Math.min(size, (last ?? size) + 1));
}

/** An object that was put whole has one part; parts of others are counted by name, else by place. */
function readNumbered(object: ModelVersion, number: number): ModelReading {
  const parts = object.parts ?? [{ number: 1, start: 0, size: object.content.length }];
  const part = number > parts.length ? undefined : (parts.find((candidate) => candidate.number === number) ?? parts[number - 1]);
  if (!part) throw new S3Failure(416, 'InvalidPartNumber');
  return stretch(object, part.start, part.start + part.size);
}

/** No `Content-Range` can tell of no bytes (RFC 9110, 14.4). */
function stretch({ content }: ModelVersion, start: number, end: number): ModelReading {
  const part = content.subarray(start, end);
  if (part.length === 0) return { status: 200, content: part };
  return { status: 206, content: part, contentRange: `bytes ${start}-${end - 1}/${content.length}` };
}
