import { CHECKSUM_ALGORITHMS, OBJECT_OWNERSHIPS, STORAGE_CLASSES } from '@zas/s3-protocol';
import { COUNT, TEXT, TIME, oneOf } from '../json-schema.js';
import type { Schema } from '../json-schema.js';
import type { ParameterDocument } from '../operation-document.js';
import { CANNED } from './query-parameters.js';

const header = (schema: Schema, description: string, more: Partial<ParameterDocument> = {}): ParameterDocument => ({ in: 'header', schema, description, ...more });
const stored = (what: string) => header(TEXT, `${what}; kept with the object`);
const grant = (what: string) => header(TEXT, `Who ${what}: \`id="…"\` or \`uri="…"\`, with commas between`, { example: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' });
const checksum = (algorithm: (typeof CHECKSUM_ALGORITHMS)[number]) => header(TEXT, `${algorithm} of the body, in base64; held against what comes`);
const condition = (what: string) => header(TEXT, what);

/** What operations read from headers, but for those that sign. */
export const S3_HEADER_PARAMETERS = {
  'x-amz-expected-bucket-owner': header({ type: 'string', pattern: '^\\d{12}$' }, 'Account that the client believes to own the bucket; another one: `AccessDenied`'),
  'x-amz-source-expected-bucket-owner': header({ type: 'string', pattern: '^\\d{12}$' }, 'The same, of the source’s bucket'),
  'x-amz-request-payer': header(oneOf('requester'), 'The caller pays; buckets that ask for it refuse others'),

  'content-md5': header(TEXT, 'MD5 of the body, in base64; held against what comes'),
  'x-amz-checksum-crc32': checksum('CRC32'),
  'x-amz-checksum-crc32c': checksum('CRC32C'),
  'x-amz-checksum-crc64nvme': checksum('CRC64NVME'),
  'x-amz-checksum-sha1': checksum('SHA1'),
  'x-amz-checksum-sha256': checksum('SHA256'),
  'x-amz-sdk-checksum-algorithm': header(oneOf(...CHECKSUM_ALGORITHMS), 'Algorithm of the checksum that comes along, in a header or a trailer'),
  'x-amz-checksum-algorithm': header(oneOf(...CHECKSUM_ALGORITHMS), 'Algorithm of the checksum that is to be computed and kept'),
  'x-amz-checksum-type': header(oneOf('COMPOSITE', 'FULL_OBJECT'), 'Whether the checksum is one of parts or of all bytes'),
  'x-amz-checksum-mode': header(oneOf('ENABLED'), 'Show the checksum'),
  'x-amz-trailer': header(TEXT, 'Name of the checksum header that comes behind the chunks of the body'),
  'x-amz-decoded-content-length': header(COUNT, 'Bytes of the body without the framing of signed chunks'),

  'cache-control': stored('How long an answer may be kept'),
  'content-disposition': stored('How it is to be shown'),
  'content-encoding': stored('How it is encoded; `aws-chunked` is taken out'),
  'content-language': stored('Its language'),
  expires: stored('When it is stale'),
  'x-amz-website-redirect-location': stored('Where a website would send browsers'),
  'x-amz-storage-class': header(oneOf(...STORAGE_CLASSES), 'Storage class; kept and shown, all bytes are stored alike'),
  'x-amz-tagging': header(TEXT, 'Tags, as a query', { example: 'team=blue&stage=test' }),
  'x-amz-tagging-directive': header(oneOf('COPY', 'REPLACE'), 'Whether tags are the source’s or the request’s'),
  'x-amz-metadata-directive': header(oneOf('COPY', 'REPLACE'), 'Whether metadata is the source’s or the request’s'),

  'x-amz-acl': header(CANNED, 'An ACL by its name; without the ones that follow'),
  'x-amz-grant-full-control': grant('has full control'),
  'x-amz-grant-read': grant('may read'),
  'x-amz-grant-read-acp': grant('may read the ACL'),
  'x-amz-grant-write': grant('may write to the bucket'),
  'x-amz-grant-write-acp': grant('may write the ACL'),
  'x-amz-object-ownership': header(oneOf(...OBJECT_OWNERSHIPS), 'Who owns objects of the bucket; `BucketOwnerEnforced` switches ACLs off'),
  'x-amz-confirm-remove-self-bucket-access': header(oneOf('true', 'false'), 'Take a policy that shuts out its own writer'),

  'x-amz-bucket-object-lock-enabled': header(oneOf('true', 'false'), 'Versions of this bucket can be locked'),
  'x-amz-object-lock-mode': header(oneOf('GOVERNANCE', 'COMPLIANCE'), 'Retention; with a date'),
  'x-amz-object-lock-retain-until-date': header(TIME, 'End of the retention'),
  'x-amz-object-lock-legal-hold': header(oneOf('ON', 'OFF'), 'Legal hold'),
  'x-amz-bypass-governance-retention': header(oneOf('true'), 'Override governance retention, for who may'),

  'if-match': condition('An ETag, or `*`: only if it is so'),
  'if-none-match': condition('An ETag, or `*`: only if it is not so'),
  'if-modified-since': condition('Only what was changed since then'),
  'if-unmodified-since': condition('Only what was not changed since then'),
  range: header({ type: 'string' }, 'One range of bytes; several are not read, the whole is sent', { example: 'bytes=0-99' }),

  'x-amz-copy-source-if-match': condition('`If-Match` on the source'),
  'x-amz-copy-source-if-none-match': condition('`If-None-Match` on the source'),
  'x-amz-copy-source-if-modified-since': condition('`If-Modified-Since` on the source'),
  'x-amz-copy-source-if-unmodified-since': condition('`If-Unmodified-Since` on the source'),
  'x-amz-copy-source-range': header({ type: 'string', pattern: '^bytes=\\d+-\\d+$' }, 'Only these bytes of the source', { example: 'bytes=0-99' }),
  'x-amz-rename-source': header(TEXT, 'Key that the object has, with or without its bucket, percent-encoded', { required: true }),
  'x-amz-rename-source-if-match': condition('`If-Match` on the object that is renamed'),
  'x-amz-rename-source-if-none-match': condition('`If-None-Match` on the object that is renamed'),
  'x-amz-client-token': header({ type: 'string', pattern: '^[!-~]{1,64}$' }, 'Makes the request repeatable for a day'),

  'x-amz-object-attributes': header(TEXT, 'What is to be shown: `ETag`, `Checksum`, `ObjectParts`, `StorageClass`, `ObjectSize`, with commas between', { required: true, example: 'ETag,ObjectSize' }),
  'x-amz-max-parts': header(COUNT, 'Most parts of the answer; more than 1000 count as 1000'),
  'x-amz-part-number-marker': header(COUNT, 'Only parts behind this number'),
  'x-amz-mp-object-size': header(COUNT, 'Bytes that the object is to have; held against what it has'),

  origin: header(TEXT, 'Page that asks; answered by the bucket’s CORS rules', { required: true, example: 'https://app.example.com' }),
  'access-control-request-method': header(TEXT, 'What the browser is about to do', { required: true, example: 'PUT' }),
  'access-control-request-headers': header(TEXT, 'Headers that it is about to send'),
} as const satisfies Record<string, ParameterDocument>;

/** Headers that name a route. */
export const ROUTE_HEADERS: Readonly<Record<string, { readonly schema: Schema; readonly description: string; readonly example?: unknown }>> = {
  'x-amz-copy-source': { schema: TEXT, description: 'Source: `bucket/key`, percent-encoded, with `?versionId=` for a version', example: '/photos/2026/cat.jpg?versionId=null' },
  'x-amz-write-offset-bytes': { schema: COUNT, description: 'Where the bytes are put: the object’s present size, 0 where there is none' },
};
