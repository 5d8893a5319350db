import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectOwnership } from '@zas/plugin-api';
import { invalidArgument, s3Error } from '../errors/s3-error.js';
import type { S3Query } from '../target/query.js';
import { OBJECT_OWNERSHIPS } from '../xml/parse-bucket-settings.js';
import { headerValue } from './header-value.js';

/**
 * Reads `x-amz-object-ownership` of CreateBucket.
 * @throws S3Error `InvalidArgument` for what is none of the three words
 */
export function readObjectOwnershipHeader(headers: IncomingHttpHeaders): ObjectOwnership | undefined {
  const text = headerValue(headers, 'x-amz-object-ownership');
  if (text === undefined) return undefined;
  const ownership = OBJECT_OWNERSHIPS.find((word) => word === text);
  if (ownership !== undefined) return ownership;
  throw invalidArgument(`Invalid x-amz-object-ownership header: ${text}`, 'x-amz-object-ownership');
}

/**
 * Reads `x-amz-expected-bucket-owner` or `x-amz-source-expected-bucket-owner`:
 * the 12-digit id of the account that the client believes to own the bucket. The
 * caller answers `AccessDenied` when it is another.
 * @throws S3Error `InvalidBucketOwnerAWSAccountID` for what is no 12 digits
 */
export function readExpectedOwner(
  headers: IncomingHttpHeaders,
  name: 'x-amz-expected-bucket-owner' | 'x-amz-source-expected-bucket-owner',
): string | undefined {
  const text = headerValue(headers, name);
  if (text === undefined || /^\d{12}$/.test(text)) return text;
  throw s3Error('InvalidBucketOwnerAWSAccountID', {
    message: `The value of the expected bucket owner parameter must be an AWS Account ID... [${text}]`,
  });
}

/**
 * True when a request says that its maker pays: `x-amz-request-payer: requester`,
 * or a parameter of that name in a signed URL (S3 User Guide, "Downloading objects
 * from Requester Pays buckets"). Other values say nothing.
 */
export function readRequestPayer(headers: IncomingHttpHeaders, query: S3Query): boolean {
  const text = headerValue(headers, 'x-amz-request-payer') ?? query.get('x-amz-request-payer');
  return text?.trim().toLowerCase() === 'requester';
}
