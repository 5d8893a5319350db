import { TEXT } from '../json-schema.js';
import type { ParameterDocument } from '../operation-document.js';
import { S3_HEADER_PARAMETERS } from './header-parameters.js';
import { S3_QUERY_PARAMETERS } from './query-parameters.js';

/** All that operations refer to, by the name that goes over the wire. */
export const S3_PARAMETERS = {
  bucket: { in: 'path', schema: { type: 'string', minLength: 3, maxLength: 63 }, description: 'Name of the bucket', required: true, example: 'photos' },
  key: { in: 'path', schema: { ...TEXT, minLength: 1 }, description: 'Key of the object, at most 1024 bytes; its slashes stand in the path as they are', required: true, example: '2026/cat.jpg' },
  ...S3_QUERY_PARAMETERS,
  ...S3_HEADER_PARAMETERS,
} as const satisfies Record<string, ParameterDocument>;

export type S3ParameterName = keyof typeof S3_PARAMETERS;

/** Parameters that go together. */
export const CHECKSUMS = [
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-sdk-checksum-algorithm',
] as const satisfies readonly S3ParameterName[];
export const INTEGRITY = ['content-md5', ...CHECKSUMS] as const satisfies readonly S3ParameterName[];
export const STREAM = [...INTEGRITY, 'x-amz-trailer', 'x-amz-decoded-content-length'] as const satisfies readonly S3ParameterName[];
export const GRANTS = ['x-amz-acl', 'x-amz-grant-full-control', 'x-amz-grant-read', 'x-amz-grant-read-acp', 'x-amz-grant-write', 'x-amz-grant-write-acp'] as const satisfies readonly S3ParameterName[];
export const LOCKS = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date', 'x-amz-object-lock-legal-hold'] as const satisfies readonly S3ParameterName[];
/** What describes an object that is made. */
export const DESCRIPTION = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
  'x-amz-storage-class',
  'x-amz-tagging',
  ...GRANTS,
  ...LOCKS,
] as const satisfies readonly S3ParameterName[];
export const WRITE_CONDITIONS = ['if-match', 'if-none-match'] as const satisfies readonly S3ParameterName[];
export const READ_CONDITIONS = [...WRITE_CONDITIONS, 'if-modified-since', 'if-unmodified-since'] as const satisfies readonly S3ParameterName[];
export const COPY_CONDITIONS = [
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-unmodified-since',
  'x-amz-source-expected-bucket-owner',
] as const satisfies readonly S3ParameterName[];
export const OVERRIDES = [
  'response-content-type',
  'response-content-language',
  'response-expires',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
] as const satisfies readonly S3ParameterName[];
export const LIST = ['prefix', 'delimiter', 'encoding-type'] as const satisfies readonly S3ParameterName[];
