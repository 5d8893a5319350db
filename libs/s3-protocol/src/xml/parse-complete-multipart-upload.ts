import type { ChecksumAlgorithm } from '@zas/plugin-api';
import { s3Error } from '../errors/s3-error.js';
import { CHECKSUM_BYTES } from '../headers/checksum-headers.js';
import { decodeBase64 } from '../headers/base64.js';
import { unquoteEtag } from '../headers/etag.js';
import type { XmlElement, XmlLimits } from './parse-xml.js';
import { parseXml } from './parse-xml.js';

/** Most parts of an upload, and the greatest part number. */
export const MAX_PARTS = 10_000;

/** One part as the client believes to have sent it. */
export interface RequestedPart {
  /** 1 to 10,000. */
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  /** Base64, of the right length. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

const CHECKSUMS: ReadonlyMap<string, ChecksumAlgorithm> = new Map(
  (Object.keys(CHECKSUM_BYTES) as ChecksumAlgorithm[]).map((algorithm) => [`Checksum${algorithm}`, algorithm]),
);

/**
 * Reads the body of CompleteMultipartUpload. Order and existence of the parts are
 * not checked here.
 * @throws S3Error `MalformedXML`, also for no part or more than 10,000; `InvalidArgument`
 *   for a part number out of range; `InvalidPart` for a checksum that cannot be one
 */
export function parseCompleteMultipartUpload(bytes: Uint8Array, limits?: XmlLimits): readonly RequestedPart[] {
  const root = parseXml(bytes, limits);
  if (root.name !== 'CompleteMultipartUpload') throw s3Error('MalformedXML');
  const parts: RequestedPart[] = [];
  for (const child of root.children) {
    if (child.name !== 'Part') throw s3Error('MalformedXML');
    if (parts.length === MAX_PARTS) throw s3Error('MalformedXML');
    parts.push(readPart(child));
  }
  if (parts.length === 0) throw s3Error('MalformedXML');
  return parts;
}

function readPart(element: XmlElement): RequestedPart {
  let number: number | undefined;
  let etag: string | undefined;
  let checksum: RequestedPart['checksum'];
  for (const { name, text } of element.children) {
    const algorithm = CHECKSUMS.get(name);
    if (name === 'PartNumber') {
      if (number !== undefined) throw s3Error('MalformedXML');
      number = readPartNumber(text.trim());
    } else if (name === 'ETag') {
      if (etag !== undefined) throw s3Error('MalformedXML');
      etag = unquoteEtag(text);
    } else if (algorithm !== undefined) {
      const value = text.trim();
      if (checksum !== undefined) throw s3Error('MalformedXML');
      if (decodeBase64(value, CHECKSUM_BYTES[algorithm]) === undefined) throw s3Error('InvalidPart');
      checksum = { algorithm, value };
    } else {
      throw s3Error('MalformedXML');
    }
  }
  if (number === undefined || !etag) throw s3Error('MalformedXML');
  return { number, etag, checksum };
}

function readPartNumber(text: string): number {
  if (!/^-?\d{1,10}$/.test(text)) throw s3Error('MalformedXML');
  const number = Number(text);
  if (number >= 1 && number <= MAX_PARTS) return number;
  throw s3Error('InvalidArgument', {
    message: `PartNumber must be >= 1 and <= ${MAX_PARTS}`,
    fields: { ArgumentName: 'PartNumber', ArgumentValue: text },
  });
}
