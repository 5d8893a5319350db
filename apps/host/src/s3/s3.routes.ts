import { s3Error } from '@zas/s3-protocol';
import type { S3Target } from '@zas/s3-protocol';
import type { IncomingHttpHeaders } from 'node:http';
import { abortMultipartUpload } from './operations/abort-multipart-upload.js';
import { appendObject } from './operations/append-object.js';
import { completeMultipartUpload } from './operations/complete-multipart-upload.js';
import { copyObject } from './operations/copy-object.js';
import { createBucket } from './operations/create-bucket.js';
import { createMultipartUpload } from './operations/create-multipart-upload.js';
import { deleteBucketCors } from './operations/delete-bucket-cors.js';
import { deleteBucketOwnershipControls } from './operations/delete-bucket-ownership-controls.js';
import { deleteBucketPolicy } from './operations/delete-bucket-policy.js';
import { deleteBucketTagging } from './operations/delete-bucket-tagging.js';
import { deleteBucket } from './operations/delete-bucket.js';
import { deleteObjectTagging } from './operations/delete-object-tagging.js';
import { deleteObject } from './operations/delete-object.js';
import { deleteObjects } from './operations/delete-objects.js';
import { deletePublicAccessBlock } from './operations/delete-public-access-block.js';
import { getBucketAcl } from './operations/get-bucket-acl.js';
import { getBucketCors } from './operations/get-bucket-cors.js';
import { getBucketLocation } from './operations/get-bucket-location.js';
import { getBucketOwnershipControls } from './operations/get-bucket-ownership-controls.js';
import { getBucketPolicyStatus } from './operations/get-bucket-policy-status.js';
import { getBucketPolicy } from './operations/get-bucket-policy.js';
import { getBucketRequestPayment } from './operations/get-bucket-request-payment.js';
import { getBucketTagging } from './operations/get-bucket-tagging.js';
import { getBucketVersioning } from './operations/get-bucket-versioning.js';
import { getObjectAcl } from './operations/get-object-acl.js';
import { getObjectAttributes } from './operations/get-object-attributes.js';
import { getObjectLegalHold } from './operations/get-object-legal-hold.js';
import { getObjectLockConfiguration } from './operations/get-object-lock-configuration.js';
import { getObjectRetention } from './operations/get-object-retention.js';
import { getObjectTagging } from './operations/get-object-tagging.js';
import { getObject } from './operations/get-object.js';
import { getPublicAccessBlock } from './operations/get-public-access-block.js';
import { headBucket } from './operations/head-bucket.js';
import { headObject } from './operations/head-object.js';
import { listBuckets } from './operations/list-buckets.js';
import { listMultipartUploads } from './operations/list-multipart-uploads.js';
import { listObjectVersions } from './operations/list-object-versions.js';
import { listObjectsV2 } from './operations/list-objects-v2.js';
import { listObjects } from './operations/list-objects.js';
import { listParts } from './operations/list-parts.js';
import { postObject } from './operations/post-object.js';
import { preflight } from './operations/preflight.js';
import { putBucketAcl } from './operations/put-bucket-acl.js';
import { putBucketCors } from './operations/put-bucket-cors.js';
import { putBucketOwnershipControls } from './operations/put-bucket-ownership-controls.js';
import { putBucketPolicy } from './operations/put-bucket-policy.js';
import { putBucketRequestPayment } from './operations/put-bucket-request-payment.js';
import { putBucketTagging } from './operations/put-bucket-tagging.js';
import { putBucketVersioning } from './operations/put-bucket-versioning.js';
import { putObjectAcl } from './operations/put-object-acl.js';
import { putObjectLegalHold } from './operations/put-object-legal-hold.js';
import { putObjectLockConfiguration } from './operations/put-object-lock-configuration.js';
import { putObjectRetention } from './operations/put-object-retention.js';
import { putObjectTagging } from './operations/put-object-tagging.js';
import { putObject } from './operations/put-object.js';
import { putPublicAccessBlock } from './operations/put-public-access-block.js';
import { renameObject } from './operations/rename-object.js';
import { uploadPartCopy } from './operations/upload-part-copy.js';
import { uploadPart } from './operations/upload-part.js';
import type { Place, S3Route } from './s3-route.js';
import { route } from './s3-route.js';

const COPY = 'x-amz-copy-source';
const NO_EMAIL = 'Grantees by e-mail: `MethodNotAllowed`, as AWS since October 2025.';

/** The first route that fits answers, so the more particular ones stand first. */
export const S3_ROUTES = [
  route('ListBuckets', 'GET service', [], 'ListAllMyBuckets', 'none', listBuckets),

  route('GetBucketAcl', 'GET bucket', ['acl'], 'GetBucketAcl', 'none', getBucketAcl),
  route('GetBucketCors', 'GET bucket', ['cors'], 'GetBucketCORS', 'none', getBucketCors),
  route('GetBucketLocation', 'GET bucket', ['location'], 'GetBucketLocation', 'none', getBucketLocation),
  route('GetObjectLockConfiguration', 'GET bucket', ['object-lock'], 'GetBucketObjectLockConfiguration', 'none', getObjectLockConfiguration),
  route('GetBucketOwnershipControls', 'GET bucket', ['ownershipControls'], 'GetBucketOwnershipControls', 'none', getBucketOwnershipControls),
  route('GetBucketPolicy', 'GET bucket', ['policy'], 'GetBucketPolicy', 'none', getBucketPolicy),
  route('GetBucketPolicyStatus', 'GET bucket', ['policyStatus'], 'GetBucketPolicyStatus', 'none', getBucketPolicyStatus, {
    deviation: 'A public ACL counts as public too.',
  }),
  route('GetPublicAccessBlock', 'GET bucket', ['publicAccessBlock'], 'GetBucketPublicAccessBlock', 'none', getPublicAccessBlock),
  route('GetBucketRequestPayment', 'GET bucket', ['requestPayment'], 'GetBucketRequestPayment', 'none', getBucketRequestPayment),
  route('GetBucketTagging', 'GET bucket', ['tagging'], 'GetBucketTagging', 'none', getBucketTagging),
  route('GetBucketVersioning', 'GET bucket', ['versioning'], 'GetBucketVersioning', 'none', getBucketVersioning),
  route('ListObjectVersions', 'GET bucket', ['versions'], 'ListBucketVersions', 'none', listObjectVersions),
  route('ListMultipartUploads', 'GET bucket', ['uploads'], 'ListBucketMultipartUploads', 'none', listMultipartUploads),
  route('ListObjectsV2', 'GET bucket', ['list-type=2'], 'ListBucket', 'none', listObjectsV2, {
    deviation: 'An empty `continuation-token` is the first page.',
  }),
  route('ListObjects', 'GET bucket', [], 'ListBucket', 'none', listObjects),
  route('HeadBucket', 'HEAD bucket', [], 'ListBucket', 'none', headBucket),
  route('PutBucketAcl', 'PUT bucket', ['acl'], 'PutBucketAcl', 'xml', putBucketAcl, { deviation: NO_EMAIL }),
  route('PutBucketCors', 'PUT bucket', ['cors'], 'PutBucketCORS', 'xml', putBucketCors),
  route('PutObjectLockConfiguration', 'PUT bucket', ['object-lock'], 'PutBucketObjectLockConfiguration', 'xml', putObjectLockConfiguration),
  route('PutBucketOwnershipControls', 'PUT bucket', ['ownershipControls'], 'PutBucketOwnershipControls', 'xml', putBucketOwnershipControls),
  route('PutBucketPolicy', 'PUT bucket', ['policy'], 'PutBucketPolicy', 'xml', putBucketPolicy),
  route('PutPublicAccessBlock', 'PUT bucket', ['publicAccessBlock'], 'PutBucketPublicAccessBlock', 'xml', putPublicAccessBlock),
  route('PutBucketRequestPayment', 'PUT bucket', ['requestPayment'], 'PutBucketRequestPayment', 'xml', putBucketRequestPayment),
  route('PutBucketTagging', 'PUT bucket', ['tagging'], 'PutBucketTagging', 'xml', putBucketTagging, { access: 'operation' }),
  route('PutBucketVersioning', 'PUT bucket', ['versioning'], 'PutBucketVersioning', 'xml', putBucketVersioning),
  route('CreateBucket', 'PUT bucket', [], 'CreateBucket', 'xml', createBucket, { access: 'operation', deviation: 'Directory buckets: none.' }),
  route('DeleteObjects', 'POST bucket', ['delete'], 'DeleteObject', 'xml', deleteObjects, {
    access: 'operation',
    deviation: 'Conditions on time and size, which AWS has for directory buckets: `NotImplemented`.',
  }),
  route('PostObject', 'POST bucket', [], 'PutObject', 'form', postObject, { access: 'form', deviation: 'Signature V4 or none.' }),
  route('DeleteBucketCors', 'DELETE bucket', ['cors'], 'PutBucketCORS', 'none', deleteBucketCors),
  route('DeleteBucketOwnershipControls', 'DELETE bucket', ['ownershipControls'], 'PutBucketOwnershipControls', 'none', deleteBucketOwnershipControls),
  route('DeleteBucketPolicy', 'DELETE bucket', ['policy'], 'DeleteBucketPolicy', 'none', deleteBucketPolicy),
  route('DeletePublicAccessBlock', 'DELETE bucket', ['publicAccessBlock'], 'PutBucketPublicAccessBlock', 'none', deletePublicAccessBlock),
  route('DeleteBucketTagging', 'DELETE bucket', ['tagging'], 'PutBucketTagging', 'none', deleteBucketTagging),
  route('DeleteBucket', 'DELETE bucket', [], 'DeleteBucket', 'none', deleteBucket),
  route('Preflight', 'OPTIONS bucket', [], 'none', 'none', preflight, { access: 'none' }),

  route('GetObjectAcl', 'GET object', ['acl'], 'GetObjectAcl', 'none', getObjectAcl, { versionAction: 'GetObjectVersionAcl' }),
  route('GetObjectAttributes', 'GET object', ['attributes'], 'GetObjectAttributes', 'none', getObjectAttributes, {
    versionAction: 'GetObjectVersionAttributes',
  }),
  route('GetObjectLegalHold', 'GET object', ['legal-hold'], 'GetObjectLegalHold', 'none', getObjectLegalHold),
  route('GetObjectRetention', 'GET object', ['retention'], 'GetObjectRetention', 'none', getObjectRetention),
  route('GetObjectTagging', 'GET object', ['tagging'], 'GetObjectTagging', 'none', getObjectTagging, { versionAction: 'GetObjectVersionTagging' }),
  route('ListParts', 'GET object', ['uploadId'], 'ListMultipartUploadParts', 'none', listParts, { access: 'operation' }),
  route('GetObject', 'GET object', [], 'GetObject', 'none', getObject, { versionAction: 'GetObjectVersion' }),
  route('HeadObject', 'HEAD object', [], 'GetObject', 'none', headObject, { versionAction: 'GetObjectVersion' }),
  route('PutObjectAcl', 'PUT object', ['acl'], 'PutObjectAcl', 'xml', putObjectAcl, { versionAction: 'PutObjectVersionAcl', deviation: NO_EMAIL }),
  route('PutObjectLegalHold', 'PUT object', ['legal-hold'], 'PutObjectLegalHold', 'xml', putObjectLegalHold, { access: 'operation' }),
  route('PutObjectRetention', 'PUT object', ['retention'], 'PutObjectRetention', 'xml', putObjectRetention, { access: 'operation' }),
  route('PutObjectTagging', 'PUT object', ['tagging'], 'PutObjectTagging', 'xml', putObjectTagging, { access: 'operation' }),
  route('RenameObject', 'PUT object', ['renameObject'], 'PutObject', 'none', renameObject, {
    deviation: 'Beyond AWS, which has it for directory buckets: on buckets that never had versions.',
  }),
  route('UploadPartCopy', 'PUT object', ['partNumber', 'uploadId'], 'PutObject', 'none', uploadPartCopy, { header: COPY }),
  route('UploadPart', 'PUT object', ['partNumber', 'uploadId'], 'PutObject', 'stream', uploadPart),
  route('CopyObject', 'PUT object', [], 'PutObject', 'none', copyObject, {
    header: COPY,
    deviation: 'The ETag of a copy of a multipart object stays the source’s (`…-N`): no bytes are moved.',
  }),
  route('AppendObject', 'PUT object', [], 'PutObject', 'stream', appendObject, {
    header: 'x-amz-write-offset-bytes',
    deviation:
      'PutObject with `x-amz-write-offset-bytes`, which AWS has for directory buckets: on buckets that never had versions. ETag: MD5 of the former ETag’s 16 bytes and the MD5 of what was added, `-` and the number of pieces.',
  }),
  route('PutObject', 'PUT object', [], 'PutObject', 'stream', putObject, {
    deviation: 'Also `If-None-Match` with an ETag, `If-Match: *`, and bodies in HTTP chunks without a length. Encryption headers: `NotImplemented`.',
  }),
  route('CreateMultipartUpload', 'POST object', ['uploads'], 'PutObject', 'none', createMultipartUpload),
  route('CompleteMultipartUpload', 'POST object', ['uploadId'], 'PutObject', 'xml', completeMultipartUpload, {
    deviation: 'Conditions as PutObject. `Last-Modified` is the time of this request, not of CreateMultipartUpload.',
  }),
  route('AbortMultipartUpload', 'DELETE object', ['uploadId'], 'AbortMultipartUpload', 'none', abortMultipartUpload, { access: 'operation' }),
  route('DeleteObjectTagging', 'DELETE object', ['tagging'], 'DeleteObjectTagging', 'none', deleteObjectTagging, {
    versionAction: 'DeleteObjectVersionTagging',
  }),
  route('DeleteObject', 'DELETE object', [], 'DeleteObject', 'none', deleteObject, { versionAction: 'DeleteObjectVersion' }),
  route('Preflight', 'OPTIONS object', [], 'none', 'none', preflight, { access: 'none' }),
] as const satisfies readonly S3Route[];

export type S3OperationName = (typeof S3_ROUTES)[number]['name'];

/** Sub-resources of S3 that no route above answers: `NotImplemented`, never a 200 for nothing. */
export const NOT_IMPLEMENTED: Readonly<Record<Place, ReadonlySet<string>>> = {
  service: new Set(),
  bucket: new Set([
    'accelerate', 'analytics', 'encryption', 'intelligent-tiering', 'inventory', 'lifecycle', 'logging', 'metadataConfiguration',
    'metadataTable', 'metrics', 'notification', 'replication', 'session', 'website',
  ]),
  object: new Set(['restore', 'select', 'torrent']),
};

/** Parameters that make a request one about a sub-resource, whatever its method. */
const CLAIMED = new Set(S3_ROUTES.flatMap(({ query }) => query).filter((wanted) => !wanted.includes('=')));

/**
 * The route of a request. Throws `NotImplemented` for sub-resources of S3 that do
 * not stand yet, and `MethodNotAllowed` for what S3 does not have.
 */
export function findRoute(method: string, target: S3Target, headers: IncomingHttpHeaders): S3Route {
  const on: Place = target.key !== undefined ? 'object' : target.bucket !== undefined ? 'bucket' : 'service';
  if (method !== 'OPTIONS') for (const name of NOT_IMPLEMENTED[on]) if (target.query.has(name)) throw s3Error('NotImplemented');
  for (const candidate of S3_ROUTES) {
    if (candidate.method !== method || candidate.on !== on) continue;
    if (candidate.header !== undefined && headers[candidate.header] === undefined) continue;
    if (!candidate.query.every((wanted) => isThere(target, wanted))) continue;
    // `DELETE /bucket?versions` must not delete the bucket.
    if (candidate.query.length === 0 && !READS.has(method) && hasClaimed(target)) continue;
    if (candidate.body === 'form' && !String(headers['content-type'] ?? '').toLowerCase().startsWith('multipart/form-data')) continue;
    return candidate;
  }
  throw s3Error('MethodNotAllowed');
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

function isThere(target: S3Target, wanted: string): boolean {
  const [name = '', value] = wanted.split('=');
  return value === undefined ? target.query.has(name) : target.query.get(name) === value;
}

function hasClaimed(target: S3Target): boolean {
  for (const name of CLAIMED) if (target.query.has(name)) return true;
  return false;
}
