import type { S3OperationName } from '../../../s3/s3.routes.js';
import type { S3Document } from '../s3-document.js';
import { AT, DONE, ETAG_OF_HELLO, OWNER, VERSION_ID, xml, xmlOrJson } from '../s3-document.js';
import { GRANTS, INTEGRITY, LIST } from '../parameters.js';

const OBJECT = { Key: '2026/cat.jpg', LastModified: AT, ETag: ETAG_OF_HELLO, Size: 5, StorageClass: 'STANDARD' };
const OBJECT_VIEW = { key: '2026/cat.jpg', size: 5, etag: ETAG_OF_HELLO.slice(1, -1), lastModified: AT, storageClass: 'STANDARD' };
const OBJECTS_VIEW = { bucket: 'photos', prefix: '2026/', delimiter: '/', objects: [OBJECT_VIEW], commonPrefixes: ['2026/dogs/'], isTruncated: false };

/** Buckets, and what is in them. */
export const BUCKET_OPERATIONS = {
  ListBuckets: {
    summary: 'The buckets of the caller’s account',
    parameters: ['prefix', 'max-buckets', 'continuation-token'],
    answers: {
      200: {
        what: 'A page of buckets, by name',
        content: xmlOrJson(
          'ListAllMyBucketsResult',
          { Owner: OWNER, Buckets: [{ Name: 'photos', CreationDate: AT, BucketRegion: 'us-east-1' }] },
          'BucketsView',
          { owner: { id: OWNER.ID, displayName: 'root' }, buckets: [{ name: 'photos', creationDate: AT, region: 'us-east-1' }], isTruncated: false },
        ),
      },
    },
  },
  CreateBucket: {
    summary: 'Make a bucket',
    description: 'Making one’s own bucket again is 200 and sets its ACL back in `us-east-1`, and 409 in other regions. ACLs, ownership, locks and tags each need their permission besides.',
    parameters: [...INTEGRITY, ...GRANTS, 'x-amz-object-ownership', 'x-amz-bucket-object-lock-enabled'],
    request: { optional: true, content: xml('CreateBucketConfiguration', { LocationConstraint: 'eu-west-1' }) },
    answers: { 200: { what: 'Made', headers: ['location'] } },
    errors: [
      'BucketAlreadyExists',
      'BucketAlreadyOwnedByYou',
      'IllegalLocationConstraintException',
      'InvalidBucketAclWithObjectOwnership',
      'InvalidBucketAclWithBlockPublicAccessError',
      'InvalidTag',
      'BadRequest',
      'OperationAborted',
    ],
  },
  HeadBucket: {
    summary: 'Whether a bucket is there and may be listed',
    answers: { 200: { what: 'It is', headers: ['x-amz-bucket-region', 'x-amz-access-point-alias'] } },
  },
  DeleteBucket: { summary: 'Delete an empty bucket', answers: { 204: DONE }, errors: ['BucketNotEmpty', 'OperationAborted'] },
  ListObjects: {
    summary: 'Objects of a bucket, by key',
    description: 'ListObjectsV2 is the one for new programs.',
    parameters: [...LIST, 'max-keys', 'marker'],
    answers: {
      200: {
        what: 'A page of objects',
        content: xmlOrJson(
          'ListBucketResult',
          { Name: 'photos', Prefix: '2026/', Marker: '', MaxKeys: 1000, Delimiter: '/', IsTruncated: false, Contents: [{ ...OBJECT, Owner: OWNER }], CommonPrefixes: [{ Prefix: '2026/dogs/' }] },
          'ObjectsView',
          OBJECTS_VIEW,
        ),
      },
    },
  },
  ListObjectsV2: {
    summary: 'Objects of a bucket, by key',
    parameters: [...LIST, 'max-keys', 'continuation-token', 'start-after', 'fetch-owner'],
    answers: {
      200: {
        what: 'A page of objects',
        content: xmlOrJson(
          'ListBucketResultV2',
          { Name: 'photos', Prefix: '2026/', KeyCount: 2, MaxKeys: 1000, Delimiter: '/', IsTruncated: false, Contents: [OBJECT], CommonPrefixes: [{ Prefix: '2026/dogs/' }] },
          'ObjectsView',
          OBJECTS_VIEW,
        ),
      },
    },
  },
  ListObjectVersions: {
    summary: 'Versions and delete markers of a bucket, by key, the newest first',
    parameters: [...LIST, 'max-keys', 'key-marker', 'version-id-marker'],
    answers: {
      200: {
        what: 'A page of versions',
        content: xmlOrJson(
          'ListVersionsResult',
          {
            Name: 'photos',
            Prefix: '',
            KeyMarker: '',
            VersionIdMarker: '',
            MaxKeys: 1000,
            IsTruncated: false,
            Version: [{ ...OBJECT, VersionId: VERSION_ID, IsLatest: false, Owner: OWNER }],
            DeleteMarker: [{ Key: '2026/cat.jpg', VersionId: 'AAAAAAAAAAIB4kQm', IsLatest: true, LastModified: AT, Owner: OWNER }],
          },
          'VersionsView',
          { bucket: 'photos', prefix: '', versions: [{ ...OBJECT_VIEW, versionId: VERSION_ID, isLatest: true, deleteMarker: false }], commonPrefixes: [], isTruncated: false },
        ),
      },
    },
  },
  GetBucketLocation: { summary: 'Region of a bucket', answers: { 200: { what: 'The region', content: xml('LocationConstraint', 'eu-west-1') } } },
  DeleteObjects: {
    summary: 'Delete up to 1000 objects',
    description: 'Each key is answered by itself, and needs its permission. The request carries `Content-MD5` or a checksum.',
    parameters: [...INTEGRITY, 'x-amz-bypass-governance-retention'],
    request: { content: xml('Delete', { Object: [{ Key: '2026/cat.jpg' }, { Key: '2026/dog.jpg', VersionId: VERSION_ID }], Quiet: false }) },
    answers: {
      200: {
        what: 'What became of each',
        content: xml('DeleteResult', {
          Deleted: [{ Key: '2026/cat.jpg', DeleteMarker: true, DeleteMarkerVersionId: VERSION_ID }],
          Error: [{ Key: '2026/dog.jpg', VersionId: VERSION_ID, Code: 'AccessDenied', Message: 'Access Denied' }],
        }),
      },
    },
  },
  Preflight: {
    summary: 'Whether a page of another origin may ask',
    description: 'By the CORS rules of the bucket, without any credential.',
    parameters: ['origin', 'access-control-request-method', 'access-control-request-headers'],
    answers: {
      200: {
        what: 'It may',
        headers: [
          'access-control-allow-origin',
          'access-control-allow-methods',
          'access-control-allow-headers?',
          'access-control-expose-headers?',
          'access-control-max-age?',
          'access-control-allow-credentials?',
          'vary',
        ],
      },
    },
    errors: ['BadRequest', 'AccessForbidden'],
  },
} as const satisfies Partial<Record<S3OperationName, S3Document>>;
