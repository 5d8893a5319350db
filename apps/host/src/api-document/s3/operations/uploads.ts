import type { S3OperationName } from '../../../s3/s3.routes.js';
import { CHECKSUM_ANSWER } from '../answer-headers.js';
import type { S3Document } from '../s3-document.js';
import { AT, BYTES, DONE, ETAG_OF_HELLO, OWNER, UPLOAD_ID, xml, xmlOrJson } from '../s3-document.js';
import { CHECKSUMS, COPY_CONDITIONS, DESCRIPTION, LIST, STREAM, WRITE_CONDITIONS } from '../parameters.js';

const NAMED = { Bucket: 'photos', Key: '2026/film.mov', UploadId: UPLOAD_ID };
const ETAG_OF_PARTS = '"9b2cf535f27731c974343645a3985328-2"';

/** Multipart uploads. */
export const UPLOAD_OPERATIONS = {
  CreateMultipartUpload: {
    summary: 'Begin a multipart upload',
    description: 'Headers that begin with `x-amz-meta-` are kept for the object.',
    parameters: [...DESCRIPTION, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    answers: { 200: { what: 'Begun', headers: ['x-amz-checksum-algorithm?', 'x-amz-checksum-type?'], content: xml('InitiateMultipartUploadResult', NAMED) } },
    errors: ['AccessControlListNotSupported', 'InvalidStorageClass', 'InvalidTag', 'BadRequest', 'MetadataTooLarge', 'NotImplemented'],
  },
  UploadPart: {
    summary: 'Store a part',
    description: 'At least 5 MiB by default, but for the last. Parts may come in any order and be put again.',
    parameters: STREAM,
    request: { optional: true, content: BYTES },
    answers: { 200: { what: 'Stored durably', headers: ['etag', ...CHECKSUM_ANSWER] } },
    errors: ['NoSuchUpload', 'EntityTooLarge', 'NotImplemented', 'QuotaExceeded', 'OperationAborted'],
  },
  UploadPartCopy: {
    summary: 'Make a part of bytes of an object',
    parameters: [...COPY_CONDITIONS, 'x-amz-copy-source-range'],
    answers: { 200: { what: 'Copied', headers: ['x-amz-copy-source-version-id?'], content: xml('CopyPartResult', { LastModified: AT, ETag: ETAG_OF_HELLO }) } },
    errors: ['NoSuchUpload', 'NoSuchKey', 'NoSuchVersion', 'EntityTooLarge', 'PreconditionFailed', 'NotImplemented', 'QuotaExceeded', 'OperationAborted'],
  },
  CompleteMultipartUpload: {
    summary: 'Make the object of its parts',
    description: 'Repeating it with the same parts answers the same. Checksum headers are about the object.',
    parameters: [...CHECKSUMS, 'x-amz-checksum-type', 'x-amz-mp-object-size', ...WRITE_CONDITIONS],
    request: { content: xml('CompleteMultipartUpload', { Part: [{ PartNumber: 1, ETag: ETAG_OF_HELLO }] }) },
    answers: {
      200: {
        what: 'The object is there, durably',
        headers: ['x-amz-version-id?'],
        content: xml('CompleteMultipartUploadResult', { Location: 'http://127.0.0.1:9000/photos/2026/film.mov', Bucket: 'photos', Key: '2026/film.mov', ETag: ETAG_OF_PARTS }),
      },
    },
    errors: [
      'NoSuchUpload',
      'NoSuchKey',
      'InvalidPart',
      'InvalidPartOrder',
      'EntityTooSmall',
      'EntityTooLarge',
      'BadDigest',
      'PreconditionFailed',
      'NotImplemented',
      'QuotaExceeded',
      'OperationAborted',
    ],
  },
  AbortMultipartUpload: { summary: 'Give an upload up', answers: { 204: DONE }, errors: ['NoSuchUpload', 'OperationAborted'] },
  ListParts: {
    summary: 'Parts of an upload, by number',
    parameters: ['encoding-type', 'max-parts', 'part-number-marker'],
    answers: {
      200: {
        what: 'A page of parts',
        content: xmlOrJson(
          'ListPartsResult',
          {
            ...NAMED,
            Initiator: OWNER,
            Owner: OWNER,
            StorageClass: 'STANDARD',
            PartNumberMarker: 0,
            NextPartNumberMarker: 1,
            MaxParts: 1000,
            IsTruncated: false,
            Part: [{ PartNumber: 1, LastModified: AT, ETag: ETAG_OF_HELLO, Size: 5 }],
          },
          'PartsView',
          {
            bucket: 'photos',
            key: '2026/film.mov',
            uploadId: UPLOAD_ID,
            parts: [{ partNumber: 1, size: 5, etag: ETAG_OF_HELLO.slice(1, -1), lastModified: AT }],
            isTruncated: false,
            nextMarker: 1,
          },
        ),
      },
    },
    errors: ['NoSuchUpload'],
  },
  ListMultipartUploads: {
    summary: 'Uploads that were begun, by key',
    parameters: [...LIST, 'max-uploads', 'key-marker', 'upload-id-marker'],
    answers: {
      200: {
        what: 'A page of uploads',
        content: xmlOrJson(
          'ListMultipartUploadsResult',
          {
            Bucket: 'photos',
            KeyMarker: '',
            UploadIdMarker: '',
            Prefix: '',
            MaxUploads: 1000,
            IsTruncated: false,
            Upload: [{ Key: '2026/film.mov', UploadId: UPLOAD_ID, Initiator: OWNER, Owner: OWNER, StorageClass: 'STANDARD', Initiated: AT }],
          },
          'UploadsView',
          { bucket: 'photos', prefix: '', uploads: [{ key: '2026/film.mov', uploadId: UPLOAD_ID, initiated: AT, storageClass: 'STANDARD' }], commonPrefixes: [], isTruncated: false },
        ),
      },
    },
  },
} as const satisfies Partial<Record<S3OperationName, S3Document>>;
