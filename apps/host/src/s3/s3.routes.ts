import { s3Error } from '@zas/s3-protocol';
import type { S3Target } from '@zas/s3-protocol';
import type { IncomingHttpHeaders } from 'node:http';
import { abortMultipartUpload } from './operations/abort-multipart-upload.js';
import { completeMultipartUpload } from './operations/complete-multipart-upload.js';
import { copyObject } from './operations/copy-object.js';
import { createBucket } from './operations/create-bucket.js';
import { createMultipartUpload } from './operations/create-multipart-upload.js';
import { deleteBucket } from './operations/delete-bucket.js';
import { deleteObject } from './operations/delete-object.js';
import { deleteObjects } from './operations/delete-objects.js';
import { getBucketLocation } from './operations/get-bucket-location.js';
import { getObjectTagging } from './operations/get-object-tagging.js';
import { getObject } from './operations/get-object.js';
import { headBucket } from './operations/head-bucket.js';
import { headObject } from './operations/head-object.js';
import { listBuckets } from './operations/list-buckets.js';
import { listMultipartUploads } from './operations/list-multipart-uploads.js';
import { listObjectVersions } from './operations/list-object-versions.js';
import { listObjectsV2 } from './operations/list-objects-v2.js';
import { listObjects } from './operations/list-objects.js';
import { listParts } from './operations/list-parts.js';
import { putObject } from './operations/put-object.js';
import { uploadPartCopy } from './operations/upload-part-copy.js';
import { uploadPart } from './operations/upload-part.js';
import type { BodyMode, S3Operation } from './s3-call.js';

type Place = 'service' | 'bucket' | 'object';

/** One S3 operation: how it is recognised, what it needs, who answers it. */
export interface S3Route {
  readonly name: string;
  readonly method: string;
  readonly on: Place;
  /** Query parameters that must be there; `name=value` asks for the value. */
  readonly query: readonly string[];
  /** A header that must be there. */
  readonly header?: string;
  /** Base permission. */
  readonly action: string;
  readonly body: BodyMode;
  readonly run: S3Operation;
}

const route = (
  name: string,
  pattern: `${string} ${Place}`,
  query: readonly string[],
  action: string,
  body: BodyMode,
  run: S3Operation,
  header?: string,
): S3Route => {
  const [method = '', on] = pattern.split(' ') as [string, Place];
  return { name, method, on, query, header, action: `s3:${action}`, body, run };
};

const COPY = 'x-amz-copy-source';

/** The first route that fits answers, so the more particular ones stand first. */
export const S3_ROUTES: readonly S3Route[] = [
  route('ListBuckets', 'GET service', [], 'ListAllMyBuckets', 'none', listBuckets),

  route('GetBucketLocation', 'GET bucket', ['location'], 'GetBucketLocation', 'none', getBucketLocation),
  route('ListObjectVersions', 'GET bucket', ['versions'], 'ListBucketVersions', 'none', listObjectVersions),
  route('ListMultipartUploads', 'GET bucket', ['uploads'], 'ListBucketMultipartUploads', 'none', listMultipartUploads),
  route('ListObjectsV2', 'GET bucket', ['list-type=2'], 'ListBucket', 'none', listObjectsV2),
  route('ListObjects', 'GET bucket', [], 'ListBucket', 'none', listObjects),
  route('HeadBucket', 'HEAD bucket', [], 'ListBucket', 'none', headBucket),
  route('CreateBucket', 'PUT bucket', [], 'CreateBucket', 'xml', createBucket),
  route('DeleteObjects', 'POST bucket', ['delete'], 'DeleteObject', 'xml', deleteObjects),
  route('DeleteBucket', 'DELETE bucket', [], 'DeleteBucket', 'none', deleteBucket),

  route('ListParts', 'GET object', ['uploadId'], 'ListMultipartUploadParts', 'none', listParts),
  route('GetObjectTagging', 'GET object', ['tagging'], 'GetObjectTagging', 'none', getObjectTagging),
  route('GetObject', 'GET object', [], 'GetObject', 'none', getObject),
  route('HeadObject', 'HEAD object', [], 'GetObject', 'none', headObject),
  route('UploadPartCopy', 'PUT object', ['partNumber', 'uploadId'], 'PutObject', 'none', uploadPartCopy, COPY),
  route('UploadPart', 'PUT object', ['partNumber', 'uploadId'], 'PutObject', 'stream', uploadPart),
  route('CopyObject', 'PUT object', [], 'PutObject', 'none', copyObject, COPY),
  route('PutObject', 'PUT object', [], 'PutObject', 'stream', putObject),
  route('CreateMultipartUpload', 'POST object', ['uploads'], 'PutObject', 'none', createMultipartUpload),
  route('CompleteMultipartUpload', 'POST object', ['uploadId'], 'PutObject', 'xml', completeMultipartUpload),
  route('AbortMultipartUpload', 'DELETE object', ['uploadId'], 'AbortMultipartUpload', 'none', abortMultipartUpload),
  route('DeleteObject', 'DELETE object', [], 'DeleteObject', 'none', deleteObject),
];

/** Sub-resources of S3 that no route above answers: `NotImplemented`, never a 200 for nothing. */
const NOT_IMPLEMENTED: Readonly<Record<Place, ReadonlySet<string>>> = {
  service: new Set(),
  bucket: new Set([
    'accelerate', 'acl', 'analytics', 'cors', 'encryption', 'intelligent-tiering', 'inventory', 'lifecycle', 'logging',
    'metadataConfiguration', 'metadataTable', 'metrics', 'notification', 'object-lock', 'ownershipControls', 'policy',
    'policyStatus', 'publicAccessBlock', 'replication', 'requestPayment', 'session', 'tagging', 'versioning', 'website',
  ]),
  object: new Set(['acl', 'attributes', 'legal-hold', 'renameObject', 'restore', 'retention', 'select', 'tagging', 'torrent']),
};

const CLAIMED = new Set(['location', 'versions', 'uploads', 'delete', 'uploadId', 'partNumber']);

/**
 * The route of a request. Throws `NotImplemented` for sub-resources of S3 that do
 * not stand yet, and `MethodNotAllowed` for what S3 does not have.
 */
export function findRoute(method: string, target: S3Target, headers: IncomingHttpHeaders): S3Route {
  const on: Place = target.key !== undefined ? 'object' : target.bucket !== undefined ? 'bucket' : 'service';
  const answered = method === 'GET' && on === 'object' ? 'tagging' : undefined;
  for (const name of NOT_IMPLEMENTED[on]) if (name !== answered && target.query.has(name)) throw s3Error('NotImplemented');
  if (method === 'POST' && on === 'bucket' && String(headers['content-type'] ?? '').startsWith('multipart/form-data')) {
    throw s3Error('NotImplemented');
  }
  for (const candidate of S3_ROUTES) {
    if (candidate.method !== method || candidate.on !== on) continue;
    if (candidate.header !== undefined && headers[candidate.header] === undefined) continue;
    if (!candidate.query.every((wanted) => isThere(target, wanted))) continue;
    // `DELETE /bucket?versions` must not delete the bucket.
    if (candidate.query.length === 0 && method !== 'GET' && method !== 'HEAD' && hasClaimed(target)) continue;
    return candidate;
  }
  throw s3Error('MethodNotAllowed');
}

function isThere(target: S3Target, wanted: string): boolean {
  const [name = '', value] = wanted.split('=');
  return value === undefined ? target.query.has(name) : target.query.get(name) === value;
}

function hasClaimed(target: S3Target): boolean {
  for (const name of CLAIMED) if (target.query.has(name)) return true;
  return false;
}
