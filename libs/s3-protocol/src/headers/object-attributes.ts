import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument, s3Error } from '../errors/s3-error.js';
import { headerValue } from './header-value.js';

export const OBJECT_ATTRIBUTE_NAMES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const;

export type ObjectAttributeName = (typeof OBJECT_ATTRIBUTE_NAMES)[number];

/** Most parts that one answer shows. */
export const MAX_ATTRIBUTE_PARTS = 1000;

export interface AttributesRequest {
  readonly wanted: ReadonlySet<ObjectAttributeName>;
  /** At most 1,000. */
  readonly maxParts: number;
  /** Show parts behind this number. */
  readonly partNumberMarker: number;
}

const ATTRIBUTES = 'x-amz-object-attributes';

/**
 * Reads the headers of GetObjectAttributes.
 * @throws S3Error `InvalidRequest` when no attribute is named; `InvalidArgument` for
 *   one that AWS does not know, and for a number that is none
 */
export function readAttributesRequest(headers: IncomingHttpHeaders): AttributesRequest {
  const value = headers[ATTRIBUTES];
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  if (text.trim() === '') {
    throw s3Error('InvalidRequest', {
      message: `The ${ATTRIBUTES} header specifying the attributes to be retrieved is either missing or empty`,
    });
  }
  const wanted = new Set<ObjectAttributeName>();
  for (const item of text.split(',')) {
    const name = OBJECT_ATTRIBUTE_NAMES.find((candidate) => candidate === item.trim());
    if (name === undefined) throw invalidArgument('Invalid attribute name specified.', ATTRIBUTES, item.trim());
    wanted.add(name);
  }
  return {
    wanted,
    maxParts: Math.min(readNumber(headers, 'x-amz-max-parts') ?? MAX_ATTRIBUTE_PARTS, MAX_ATTRIBUTE_PARTS),
    partNumberMarker: readNumber(headers, 'x-amz-part-number-marker') ?? 0,
  };
}

function readNumber(headers: IncomingHttpHeaders, name: string): number | undefined {
  const text = headerValue(headers, name);
  if (text === undefined) return undefined;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= 0x7fff_ffff) return number;
  throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
}
