import { CHECKSUM_ALGORITHMS } from '@zas/s3-protocol';
import { COUNT, TEXT, TIME, oneOf } from '../json-schema.js';
import type { HeaderDocument } from '../operation-document.js';

const checksum = (name: string): HeaderDocument => ({ schema: TEXT, description: `${name}, in base64` });
const HTTP_DATE = { type: 'string', pattern: '^\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$' };

/** Headers of answers. */
export const S3_ANSWER_HEADERS = {
  'x-amz-request-id': { schema: TEXT, description: 'Id of the request, which the log names' },
  'x-amz-id-2': { schema: TEXT, description: 'Id of the server process' },
  'x-amz-version-id': { schema: TEXT, description: 'Version that was made, changed or shown; none on buckets that never had versions' },
  'x-amz-delete-marker': { schema: oneOf('true'), description: 'It is, or was, a delete marker' },
  'x-amz-request-charged': { schema: oneOf('requester'), description: 'The caller pays' },
  'x-amz-bucket-region': { schema: TEXT, description: 'Region of the bucket' },
  'x-amz-access-point-alias': { schema: oneOf('false'), description: 'Buckets are addressed by their names only' },
  'x-amz-checksum-crc32': checksum('CRC32'),
  'x-amz-checksum-crc32c': checksum('CRC32C'),
  'x-amz-checksum-crc64nvme': checksum('CRC64NVME'),
  'x-amz-checksum-sha1': checksum('SHA1'),
  'x-amz-checksum-sha256': checksum('SHA256'),
  'x-amz-checksum-type': { schema: oneOf('COMPOSITE', 'FULL_OBJECT'), description: 'Whether the checksum is one of parts or of all bytes' },
  'x-amz-checksum-algorithm': { schema: oneOf(...CHECKSUM_ALGORITHMS), description: 'Algorithm that parts of the upload are checked by' },
  'x-amz-storage-class': { schema: TEXT, description: 'Storage class, if it is not `STANDARD`' },
  'x-amz-tagging-count': { schema: COUNT, description: 'Number of tags, for who may read them' },
  'x-amz-object-size': { schema: COUNT, description: 'Bytes of the object' },
  'x-amz-object-lock-mode': { schema: oneOf('GOVERNANCE', 'COMPLIANCE'), description: 'Retention' },
  'x-amz-object-lock-retain-until-date': { schema: TIME, description: 'End of the retention' },
  'x-amz-object-lock-legal-hold': { schema: oneOf('ON', 'OFF'), description: 'Legal hold' },
  'x-amz-website-redirect-location': { schema: TEXT, description: 'As it was stored' },
  'x-amz-mp-parts-count': { schema: COUNT, description: 'Parts of the upload that made the object; where a part was asked for' },
  'x-amz-copy-source-version-id': { schema: TEXT, description: 'Version of the source' },
  etag: { schema: { type: 'string', pattern: '^"[0-9a-f]{32}(-\\d+)?"$' }, description: 'MD5 of the body, or of its parts’ MD5s and their number' },
  'last-modified': { schema: HTTP_DATE, description: 'When the version was made' },
  'accept-ranges': { schema: oneOf('bytes'), description: 'Ranges can be asked for' },
  'content-range': { schema: { type: 'string', pattern: '^bytes (\\d+-\\d+|\\*)/\\d+$' }, description: 'Bytes that the answer holds, of all' },
  'cache-control': { schema: TEXT, description: 'As it was stored, or asked for' },
  'content-disposition': { schema: TEXT, description: 'As it was stored, or asked for' },
  'content-encoding': { schema: TEXT, description: 'As it was stored, or asked for' },
  'content-language': { schema: TEXT, description: 'As it was stored, or asked for' },
  expires: { schema: TEXT, description: 'As it was stored, or asked for' },
  location: { schema: TEXT, description: 'Where it is' },
  'access-control-allow-origin': { schema: TEXT, description: 'Origin that may read the answer' },
  'access-control-allow-methods': { schema: TEXT, description: 'What the rule allows' },
  'access-control-allow-headers': { schema: TEXT, description: 'Headers that were asked for' },
  'access-control-expose-headers': { schema: TEXT, description: 'Headers that the page may read' },
  'access-control-max-age': { schema: COUNT, description: 'Seconds for which that holds' },
  'access-control-allow-credentials': { schema: oneOf('true'), description: 'With credentials; not where everybody is allowed' },
  vary: { schema: TEXT, description: 'What the answer depends on' },
  allow: { schema: TEXT, description: 'Methods that there are' },
  'retry-after': { schema: COUNT, description: 'Seconds to wait' },
} as const satisfies Record<string, HeaderDocument>;

export type S3HeaderName = keyof typeof S3_ANSWER_HEADERS;
type Listed = S3HeaderName | `${S3HeaderName}?`;

/** On every answer of the door. */
export const ALWAYS = ['x-amz-request-id', 'x-amz-id-2', 'x-amz-request-charged?'] as const satisfies readonly Listed[];

export const CHECKSUM_ANSWER = [
  'x-amz-checksum-crc32?',
  'x-amz-checksum-crc32c?',
  'x-amz-checksum-crc64nvme?',
  'x-amz-checksum-sha1?',
  'x-amz-checksum-sha256?',
  'x-amz-checksum-type?',
] as const satisfies readonly Listed[];

/** What describes an object that is shown. */
export const OBJECT_ANSWER = [
  'last-modified',
  'etag',
  'accept-ranges',
  'x-amz-version-id?',
  'x-amz-storage-class?',
  'x-amz-tagging-count?',
  'x-amz-object-lock-mode?',
  'x-amz-object-lock-retain-until-date?',
  'x-amz-object-lock-legal-hold?',
  'x-amz-website-redirect-location?',
  'x-amz-mp-parts-count?',
  'cache-control?',
  'content-disposition?',
  'content-encoding?',
  'content-language?',
  'expires?',
  ...CHECKSUM_ANSWER,
] as const satisfies readonly Listed[];
