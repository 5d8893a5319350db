import type { S3Operation } from '../s3-call.js';

export const headBucket: S3Operation = async (call) => ({
  status: 200,
  headers: { 'x-amz-bucket-region': call.bucket.region, 'x-amz-access-point-alias': 'false', 'content-type': 'application/xml' },
});
