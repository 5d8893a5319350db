import type { S3OperationName } from '../../../s3/s3.routes.js';
import { CHECKSUM_ANSWER, OBJECT_ANSWER } from '../answer-headers.js';
import type { S3Document } from '../s3-document.js';
import { AT, BYTES, DONE, ETAG_OF_HELLO, xml } from '../s3-document.js';
import { COPY_CONDITIONS, DESCRIPTION, OVERRIDES, READ_CONDITIONS, STREAM, WRITE_CONDITIONS } from '../parameters.js';

const WRITTEN = ['etag', 'x-amz-version-id?', ...CHECKSUM_ANSWER] as const;
const READ_PARAMETERS = ['versionId', 'partNumber', 'range', ...READ_CONDITIONS, ...OVERRIDES, 'x-amz-checksum-mode'] as const;
const READ_ERRORS = ['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed', 'InvalidRange', 'InvalidPartNumber', 'PreconditionFailed'] as const;
const UNCHANGED = { what: 'A condition says that it need not be sent', headers: ['etag', 'last-modified'] } as const;
const WRITE_ERRORS = [
  'AccessControlListNotSupported',
  'EntityTooLarge',
  'InvalidStorageClass',
  'InvalidTag',
  'BadRequest',
  'MetadataTooLarge',
  'NoSuchKey',
  'NotImplemented',
  'OperationAborted',
  'PreconditionFailed',
  'QuotaExceeded',
] as const;
const METADATA = 'Headers that begin with `x-amz-meta-` are kept with the object, 2 KiB in all.';
const SHOWS_METADATA = 'Metadata comes as headers that begin with `x-amz-meta-`.';

/** Objects. */
export const OBJECT_OPERATIONS = {
  GetObject: {
    summary: 'Read an object',
    description: SHOWS_METADATA,
    parameters: READ_PARAMETERS,
    answers: {
      200: { what: 'The bytes', headers: OBJECT_ANSWER, content: BYTES },
      206: { what: 'Some of the bytes', headers: ['content-range', ...OBJECT_ANSWER], content: BYTES },
      304: UNCHANGED,
    },
    errors: READ_ERRORS,
  },
  HeadObject: {
    summary: 'What GetObject would answer, without the bytes',
    description: `${SHOWS_METADATA} Errors have no body.`,
    parameters: READ_PARAMETERS,
    answers: { 200: { what: 'It is there', headers: OBJECT_ANSWER }, 206: { what: 'The part or range is there', headers: ['content-range', ...OBJECT_ANSWER] }, 304: UNCHANGED },
    errors: READ_ERRORS,
  },
  PutObject: {
    summary: 'Store an object',
    description: `${METADATA} The body may come whole, in signed chunks (\`aws-chunked\`), or in chunks of HTTP.`,
    parameters: [...STREAM, ...DESCRIPTION, ...WRITE_CONDITIONS],
    request: { optional: true, content: BYTES },
    answers: { 200: { what: 'Stored durably', headers: WRITTEN } },
    errors: WRITE_ERRORS,
  },
  AppendObject: {
    summary: 'Add bytes to the end of an object',
    description: 'Beyond AWS, which has it for directory buckets; on buckets that never had versions.',
    parameters: [...STREAM, ...DESCRIPTION],
    request: { optional: true, content: BYTES },
    answers: { 200: { what: 'Stored durably', headers: ['x-amz-object-size?', ...WRITTEN] } },
    errors: [...WRITE_ERRORS, 'InvalidWriteOffset', 'InvalidBucketState', 'TooManyParts'],
  },
  CopyObject: {
    summary: 'Copy an object',
    description: `${METADATA} The caller needs to be allowed to read the source. No bytes are moved.`,
    parameters: [...COPY_CONDITIONS, 'x-amz-metadata-directive', 'x-amz-tagging-directive', 'x-amz-checksum-algorithm', ...DESCRIPTION, ...WRITE_CONDITIONS],
    answers: {
      200: { what: 'Copied', headers: ['x-amz-version-id?', 'x-amz-copy-source-version-id?'], content: xml('CopyObjectResult', { LastModified: AT, ETag: ETAG_OF_HELLO }) },
    },
    errors: [...WRITE_ERRORS, 'NoSuchVersion'],
  },
  RenameObject: {
    summary: 'Give an object another key',
    description: 'Beyond AWS, which has it for directory buckets; on buckets that never had versions.',
    parameters: ['x-amz-rename-source', 'x-amz-rename-source-if-match', 'x-amz-rename-source-if-none-match', 'x-amz-client-token', ...WRITE_CONDITIONS],
    answers: { 200: DONE },
    errors: ['NoSuchKey', 'PreconditionFailed', 'InvalidBucketState', 'IdempotencyParameterMismatch', 'NotImplemented', 'OperationAborted'],
  },
  DeleteObject: {
    summary: 'Delete an object, or a version of it',
    description: 'Without `versionId` a bucket that keeps versions gets a delete marker.',
    parameters: ['versionId', 'if-match', 'x-amz-bypass-governance-retention'],
    answers: { 204: { what: 'Deleted, or not there', headers: ['x-amz-version-id?', 'x-amz-delete-marker?'] } },
    errors: ['PreconditionFailed', 'NoSuchKey', 'NotImplemented', 'OperationAborted'],
  },
  PostObject: {
    summary: 'Store an object from an HTML form',
    description:
      'The credential, if any, stands in the form: `policy`, `x-amz-algorithm`, `x-amz-credential`, `x-amz-date`, `x-amz-signature`. Further fields are those of PutObject’s headers; `file` is the last.',
    request: {
      content: {
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['key', 'file'],
            properties: {
              key: { type: 'string', description: '`${filename}` in it is the name of the file' },
              file: { type: 'string', contentMediaType: 'application/octet-stream' },
              acl: { type: 'string' },
              tagging: { type: 'string', description: 'The document of PutObjectTagging' },
              success_action_status: { enum: ['200', '201', '204'] },
              success_action_redirect: { type: 'string', format: 'uri' },
              policy: { type: 'string', description: 'In base64; what the form may hold' },
              'x-amz-algorithm': { enum: ['AWS4-HMAC-SHA256'] },
              'x-amz-credential': { type: 'string' },
              'x-amz-date': { type: 'string' },
              'x-amz-signature': { type: 'string' },
              'x-amz-security-token': { type: 'string' },
            },
            additionalProperties: true,
          },
        },
      },
    },
    answers: {
      204: { what: 'Stored durably', headers: ['location', ...WRITTEN] },
      200: { what: 'The same, where the form asks for that status', headers: ['location', ...WRITTEN] },
      201: {
        what: 'The same, with a document',
        headers: ['location', ...WRITTEN],
        content: xml('PostResponse', { Location: 'http://127.0.0.1:9000/photos/cat.jpg', Bucket: 'photos', Key: 'cat.jpg', ETag: ETAG_OF_HELLO }),
      },
      303: { what: 'The same, and the browser goes on to `success_action_redirect`', headers: ['location', ...WRITTEN] },
    },
    errors: [
      ...WRITE_ERRORS,
      'BadDigest',
      'EntityTooSmall',
      'InvalidDigest',
      'InvalidPolicyDocument',
      'KeyTooLongError',
      'MalformedPOSTRequest',
      'MaxPostPreDataLengthExceededError',
    ],
  },
  GetObjectAttributes: {
    summary: 'Attributes of an object',
    parameters: ['versionId', 'x-amz-object-attributes', 'x-amz-max-parts', 'x-amz-part-number-marker'],
    answers: {
      200: {
        what: 'The attributes that were asked for',
        headers: ['last-modified', 'x-amz-version-id?'],
        content: xml('GetObjectAttributesResponse', { ETag: ETAG_OF_HELLO.slice(1, -1), ObjectSize: 5 }),
      },
    },
    errors: ['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed'],
  },
} as const satisfies Partial<Record<S3OperationName, S3Document>>;
