import type { S3ErrorCode } from './error-table.js';
import { S3Error } from './s3-error.js';

/** What is known of the thing that a request is about; text and numbers only. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | undefined>>;

type Elements = readonly (readonly [element: string, fact: string])[];

const BUCKET: Elements = [['BucketName', 'bucket']];
const PART: Elements = [
  ['UploadId', 'uploadId'],
  ['PartNumber', 'partNumber'],
  ['ETag', 'etag'],
];

/** The elements that AWS shows beside code and message, each with the fact that it is made of. */
const ELEMENTS: Partial<Record<S3ErrorCode, Elements>> = {
  BucketAlreadyExists: BUCKET,
  BucketAlreadyOwnedByYou: BUCKET,
  BucketNotEmpty: BUCKET,
  EntityTooLarge: [
    ['ProposedSize', 'proposedSize'],
    ['MaxSizeAllowed', 'maxSize'],
  ],
  EntityTooSmall: [
    ['ProposedSize', 'proposedSize'],
    ['MinSizeAllowed', 'minSizeAllowed'],
    ['PartNumber', 'partNumber'],
    ['ETag', 'etag'],
  ],
  InvalidBucketName: BUCKET,
  InvalidPart: PART,
  InvalidPartNumber: [
    ['ActualPartCount', 'partCount'],
    ['PartNumberRequested', 'partNumber'],
  ],
  InvalidPartOrder: [['UploadId', 'uploadId']],
  InvalidRange: [
    ['RangeRequested', 'range'],
    ['ActualObjectSize', 'size'],
  ],
  MethodNotAllowed: [
    ['Method', 'method'],
    ['ResourceType', 'resourceType'],
  ],
  NoSuchBucket: BUCKET,
  NoSuchBucketPolicy: BUCKET,
  NoSuchCORSConfiguration: BUCKET,
  NoSuchKey: [['Key', 'key']],
  NoSuchPublicAccessBlockConfiguration: BUCKET,
  NoSuchTagSet: BUCKET,
  NoSuchUpload: [['UploadId', 'uploadId']],
  NoSuchVersion: [
    ['Key', 'key'],
    ['VersionId', 'versionId'],
  ],
  ObjectLockConfigurationNotFoundError: BUCKET,
  OwnershipControlsNotFoundError: BUCKET,
  PreconditionFailed: [['Condition', 'condition']],
};

/**
 * The error with the elements that AWS documents for its code and that it lacks,
 * made of `facts`; the same error when there is nothing to add.
 */
export function withErrorFields(error: S3Error, facts: ErrorFacts): S3Error {
  let added: Record<string, string> | undefined;
  for (const [element, fact] of ELEMENTS[error.code] ?? []) {
    const value = facts[fact];
    if (value === undefined || Object.hasOwn(error.fields, element)) continue;
    added ??= {};
    added[element] = String(value);
  }
  if (added === undefined) return error;
  return new S3Error(error.code, {
    message: error.message,
    fields: { ...error.fields, ...added },
    headers: error.headers,
    cause: error.cause,
  });
}
