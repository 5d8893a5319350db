import type { S3OperationName } from '../../s3/s3.routes.js';
import { BUCKET_SETTING_OPERATIONS } from './operations/bucket-settings.js';
import { BUCKET_OPERATIONS } from './operations/buckets.js';
import { OBJECT_SETTING_OPERATIONS } from './operations/object-settings.js';
import { OBJECT_OPERATIONS } from './operations/objects.js';
import { UPLOAD_OPERATIONS } from './operations/uploads.js';
import type { S3Document } from './s3-document.js';

/** Total over the routing table: an operation without a document does not compile. */
export const S3_DOCUMENTS: Readonly<Record<S3OperationName, S3Document>> = {
  ...BUCKET_OPERATIONS,
  ...BUCKET_SETTING_OPERATIONS,
  ...OBJECT_OPERATIONS,
  ...OBJECT_SETTING_OPERATIONS,
  ...UPLOAD_OPERATIONS,
};
