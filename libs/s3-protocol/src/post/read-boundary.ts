import { s3Error } from '../errors/s3-error.js';

/** Longest boundary (RFC 2046, 5.1.1). */
const MAX_BOUNDARY = 70;

const MULTIPART = /^multipart\/form-data[ \t]*(?:;|$)/i;
const BOUNDARY = /;[ \t]*boundary=(?:"([^"]*)"|([^;" \t]*))/i;
const CHARACTERS = /^[0-9A-Za-z'()+_,\-./:=? ]*[0-9A-Za-z'()+_,\-./:=?]$/;

/**
 * The boundary that the `Content-Type` of a POST form gives.
 * @throws S3Error `PreconditionFailed`, as AWS answers, for another type;
 *   `MalformedPOSTRequest` for a boundary that is none (RFC 2046, 5.1.1)
 */
export function readBoundary(contentType: string | undefined): string {
  if (contentType === undefined || !MULTIPART.test(contentType)) {
    const fields = { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' };
    throw s3Error('PreconditionFailed', { fields });
  }
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? '';
  if (boundary.length > MAX_BOUNDARY || !CHARACTERS.test(boundary)) throw s3Error('MalformedPOSTRequest');
  return boundary;
}
