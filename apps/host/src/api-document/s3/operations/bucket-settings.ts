import type { S3OperationName } from '../../../s3/s3.routes.js';
import type { S3Document } from '../s3-document.js';
import { DONE, OWNER, xml } from '../s3-document.js';
import { GRANTS, INTEGRITY } from '../parameters.js';

const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' }],
};
const TAGGING = { TagSet: [{ Key: 'team', Value: 'blue' }] };
const CORS = { CORSRule: [{ AllowedHeader: ['*'], AllowedMethod: ['GET'], AllowedOrigin: ['https://app.example.com'], MaxAgeSeconds: 600 }] };
const BLOCK = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const OWNERSHIP = { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } };
const LOCK = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } };
const ACL = { Owner: OWNER, AccessControlList: [{ Grantee: { type: 'CanonicalUser', ...OWNER }, Permission: 'FULL_CONTROL' }] };
const BUSY = 'OperationAborted';

/** What buckets are set to. */
export const BUCKET_SETTING_OPERATIONS = {
  GetBucketAcl: { summary: 'ACL of a bucket', answers: { 200: { what: 'The ACL, groups first', content: xml('AccessControlPolicy', ACL) } } },
  PutBucketAcl: {
    summary: 'Set the ACL of a bucket',
    description: 'By headers or by document, not both.',
    parameters: [...INTEGRITY, ...GRANTS],
    request: { optional: true, content: xml('AccessControlPolicy', ACL) },
    answers: { 200: DONE },
    errors: ['AccessControlListNotSupported', 'MalformedACLError', 'MissingSecurityHeader', 'UnexpectedContent', 'MethodNotAllowed', BUSY],
  },
  GetBucketCors: { summary: 'CORS rules of a bucket', answers: { 200: { what: 'The rules', content: xml('CORSConfiguration', CORS) } }, errors: ['NoSuchCORSConfiguration'] },
  PutBucketCors: {
    summary: 'Set the CORS rules of a bucket',
    parameters: INTEGRITY,
    request: { content: xml('CORSConfiguration', CORS) },
    answers: { 200: DONE },
    errors: [BUSY],
  },
  DeleteBucketCors: { summary: 'Remove the CORS rules of a bucket', answers: { 204: DONE }, errors: [BUSY] },
  GetObjectLockConfiguration: {
    summary: 'Whether versions of a bucket can be locked, and for how long they are by default',
    answers: { 200: { what: 'The configuration', content: xml('ObjectLockConfiguration', LOCK) } },
    errors: ['ObjectLockConfigurationNotFoundError'],
  },
  PutObjectLockConfiguration: {
    summary: 'Set the default retention of a bucket',
    description: 'Also switches locking on where versioning is enabled; it cannot be switched off again.',
    parameters: INTEGRITY,
    request: { content: xml('ObjectLockConfiguration', LOCK) },
    answers: { 200: DONE },
    errors: ['InvalidRetentionPeriod', 'InvalidBucketState', BUSY],
  },
  GetBucketOwnershipControls: {
    summary: 'Who owns objects of a bucket',
    answers: { 200: { what: 'The rule', content: xml('OwnershipControls', OWNERSHIP) } },
    errors: ['OwnershipControlsNotFoundError'],
  },
  PutBucketOwnershipControls: {
    summary: 'Set who owns objects of a bucket',
    parameters: INTEGRITY,
    request: { content: xml('OwnershipControls', OWNERSHIP) },
    answers: { 200: DONE },
    errors: ['InvalidBucketAclWithObjectOwnership', BUSY],
  },
  DeleteBucketOwnershipControls: { summary: 'Set who owns objects of a bucket back', answers: { 204: DONE }, errors: [BUSY] },
  GetBucketPolicy: {
    summary: 'Policy of a bucket',
    description: 'From the owner’s account only.',
    answers: { 200: { what: 'The policy as it was put', content: { 'application/json': { schema: { type: 'object' }, example: POLICY } } } },
    errors: ['NoSuchBucketPolicy', 'MethodNotAllowed'],
  },
  PutBucketPolicy: {
    summary: 'Set the policy of a bucket',
    description: 'From the owner’s account only; at most 20 KiB.',
    parameters: [...INTEGRITY, 'x-amz-confirm-remove-self-bucket-access'],
    request: { content: { 'application/json': { schema: { type: 'object' }, example: POLICY } } },
    answers: { 204: DONE },
    errors: ['MalformedPolicy', 'MethodNotAllowed', BUSY],
  },
  DeleteBucketPolicy: { summary: 'Remove the policy of a bucket', description: 'From the owner’s account only.', answers: { 204: DONE }, errors: ['MethodNotAllowed', BUSY] },
  GetBucketPolicyStatus: { summary: 'Whether a bucket is public', answers: { 200: { what: 'The status', content: xml('PolicyStatus', { IsPublic: false }) } } },
  GetPublicAccessBlock: {
    summary: 'What public access a bucket blocks',
    answers: { 200: { what: 'The configuration', content: xml('PublicAccessBlockConfiguration', BLOCK) } },
    errors: ['NoSuchPublicAccessBlockConfiguration'],
  },
  PutPublicAccessBlock: {
    summary: 'Set what public access a bucket blocks',
    parameters: INTEGRITY,
    request: { content: xml('PublicAccessBlockConfiguration', BLOCK) },
    answers: { 200: DONE },
    errors: [BUSY],
  },
  DeletePublicAccessBlock: { summary: 'Let a bucket block no public access', answers: { 204: DONE }, errors: [BUSY] },
  GetBucketRequestPayment: { summary: 'Who pays for requests', answers: { 200: { what: 'The payer', content: xml('RequestPaymentConfiguration', { Payer: 'BucketOwner' }) } } },
  PutBucketRequestPayment: {
    summary: 'Set who pays for requests',
    parameters: INTEGRITY,
    request: { content: xml('RequestPaymentConfiguration', { Payer: 'Requester' }) },
    answers: { 200: DONE },
    errors: [BUSY],
  },
  GetBucketTagging: { summary: 'Tags of a bucket', answers: { 200: { what: 'The tags, by key', content: xml('Tagging', TAGGING) } }, errors: ['NoSuchTagSet'] },
  PutBucketTagging: {
    summary: 'Set the tags of a bucket',
    description: 'At most 50.',
    parameters: INTEGRITY,
    request: { content: xml('Tagging', TAGGING) },
    answers: { 204: DONE },
    errors: ['InvalidTag', 'BadRequest', BUSY],
  },
  DeleteBucketTagging: { summary: 'Remove the tags of a bucket', answers: { 204: DONE }, errors: [BUSY] },
  GetBucketVersioning: {
    summary: 'Whether a bucket keeps versions',
    answers: { 200: { what: 'The status; none for a bucket that never had versions', content: xml('VersioningConfiguration', { Status: 'Enabled' }) } },
  },
  PutBucketVersioning: {
    summary: 'Let a bucket keep versions, or suspend that',
    parameters: INTEGRITY,
    request: { content: xml('VersioningConfiguration', { Status: 'Enabled' }) },
    answers: { 200: DONE },
    errors: ['IllegalVersioningConfigurationException', 'InvalidBucketState', 'NotImplemented', BUSY],
  },
} as const satisfies Partial<Record<S3OperationName, S3Document>>;
