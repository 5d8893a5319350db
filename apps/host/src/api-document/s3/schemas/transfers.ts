import { MAX_DELETE_KEYS, MAX_PARTS } from '@zas/s3-protocol';
import { COUNT, FLAG, TEXT, TIME, listOf, named, record } from '../../json-schema.js';
import { CHECKSUM_TYPE, CHECKSUM_VALUES, ETAG } from './shared.js';
import { document } from './xml.js';

const CHECKSUM = { ...CHECKSUM_VALUES, 'ChecksumType?': CHECKSUM_TYPE };

/** Uploads, copies, deletes and what else moves objects. */
export const TRANSFER_SCHEMAS = {
  InitiateMultipartUploadResult: document('InitiateMultipartUploadResult', { Bucket: TEXT, Key: TEXT, UploadId: TEXT }),
  CompleteMultipartUpload: document('CompleteMultipartUpload', { Part: { ...listOf(named('CompletedPart')), minItems: 1, maxItems: MAX_PARTS } }),
  CompletedPart: record({ PartNumber: { type: 'integer', minimum: 1, maximum: MAX_PARTS }, ETag: TEXT, ...CHECKSUM_VALUES }),
  CompleteMultipartUploadResult: document('CompleteMultipartUploadResult', { Location: TEXT, Bucket: TEXT, Key: TEXT, ETag: ETAG, ...CHECKSUM }),
  CopyObjectResult: document('CopyObjectResult', { LastModified: TIME, ETag: ETAG, ...CHECKSUM }),
  CopyPartResult: document('CopyPartResult', { LastModified: TIME, ETag: ETAG, ...CHECKSUM_VALUES }),
  PostResponse: record({ Location: TEXT, Bucket: TEXT, Key: TEXT, ETag: ETAG }, { xml: { name: 'PostResponse' } }),
  Delete: document('Delete', { Object: { ...listOf(named('ObjectToDelete')), minItems: 1, maxItems: MAX_DELETE_KEYS }, 'Quiet?': FLAG }),
  ObjectToDelete: record({ Key: { ...TEXT, minLength: 1 }, 'VersionId?': TEXT, 'ETag?': TEXT }),
  DeleteResult: document('DeleteResult', { 'Deleted?': listOf(named('DeletedObject')), 'Error?': listOf(named('FailedDelete')) }),
  DeletedObject: record({ Key: TEXT, 'VersionId?': TEXT, 'DeleteMarker?': FLAG, 'DeleteMarkerVersionId?': TEXT }),
  FailedDelete: record({ Key: TEXT, 'VersionId?': TEXT, Code: TEXT, Message: TEXT }),
  GetObjectAttributesResponse: document('GetObjectAttributesResponse', {
    'ETag?': { ...TEXT, description: 'Without quotes' },
    'Checksum?': record(CHECKSUM),
    'ObjectParts?': record({
      'IsTruncated?': FLAG,
      'MaxParts?': COUNT,
      'NextPartNumberMarker?': COUNT,
      'PartNumberMarker?': COUNT,
      'Part?': listOf(record({ ...CHECKSUM_VALUES, PartNumber: COUNT, Size: COUNT })),
      PartsCount: COUNT,
    }),
    'StorageClass?': TEXT,
    'ObjectSize?': COUNT,
  }),
} as const;
