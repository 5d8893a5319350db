import { ACL_PERMISSIONS, MAX_CORS_RULES, MAX_RETENTION_DAYS, MAX_RETENTION_YEARS, OBJECT_OWNERSHIPS, RETENTION_MODES, S3_NAMESPACE } from '@zas/s3-protocol';
import { FLAG, TEXT, TIME, listOf, named, oneOf, record } from '../../json-schema.js';
import { OWNER } from './shared.js';
import { document, wrapped } from './xml.js';

const MODE = oneOf(...RETENTION_MODES);
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const TAG_SET = wrapped('Tag', named('Tag'));

/** Settings of buckets and objects, as they are read and written. */
export const SETTING_SCHEMAS = {
  CreateBucketConfiguration: document('CreateBucketConfiguration', { 'LocationConstraint?': TEXT, 'Tags?': TAG_SET }),
  LocationConstraint: { ...TEXT, description: 'Region; empty for `us-east-1`', xml: { name: 'LocationConstraint', namespace: S3_NAMESPACE } },
  VersioningConfiguration: document('VersioningConfiguration', { 'Status?': oneOf('Enabled', 'Suspended'), 'MfaDelete?': oneOf('Disabled') }),
  Tagging: document('Tagging', { TagSet: TAG_SET }),
  OwnershipControls: document('OwnershipControls', { Rule: record({ ObjectOwnership: oneOf(...OBJECT_OWNERSHIPS) }) }),
  PublicAccessBlockConfiguration: document('PublicAccessBlockConfiguration', {
    'BlockPublicAcls?': FLAG,
    'IgnorePublicAcls?': FLAG,
    'BlockPublicPolicy?': FLAG,
    'RestrictPublicBuckets?': FLAG,
  }),
  PolicyStatus: document('PolicyStatus', { IsPublic: FLAG }),
  RequestPaymentConfiguration: document('RequestPaymentConfiguration', { Payer: oneOf('BucketOwner', 'Requester') }),
  CORSConfiguration: document('CORSConfiguration', { CORSRule: { ...listOf(named('CORSRule')), minItems: 1, maxItems: MAX_CORS_RULES } }),
  CORSRule: record({
    'AllowedHeader?': listOf(TEXT),
    AllowedMethod: { ...listOf(oneOf('GET', 'PUT', 'POST', 'DELETE', 'HEAD')), minItems: 1 },
    AllowedOrigin: { ...listOf(TEXT), minItems: 1 },
    'ExposeHeader?': listOf(TEXT),
    'ID?': { ...TEXT, maxLength: 255 },
    'MaxAgeSeconds?': { type: 'integer', minimum: 0 },
  }),
  AccessControlPolicy: document('AccessControlPolicy', { Owner: OWNER, AccessControlList: wrapped('Grant', named('Grant')) }),
  Grant: record({ Grantee: named('Grantee'), Permission: oneOf(...ACL_PERMISSIONS) }, { xml: { name: 'Grant' } }),
  Grantee: record({
    type: { ...oneOf('CanonicalUser', 'Group'), xml: { name: 'type', prefix: 'xsi', namespace: XSI, attribute: true } },
    'ID?': TEXT,
    'DisplayName?': TEXT,
    'URI?': TEXT,
  }),
  ObjectLockConfiguration: document('ObjectLockConfiguration', {
    ObjectLockEnabled: oneOf('Enabled'),
    'Rule?': record({
      DefaultRetention: record({
        Mode: MODE,
        'Days?': { type: 'integer', minimum: 1, maximum: MAX_RETENTION_DAYS },
        'Years?': { type: 'integer', minimum: 1, maximum: MAX_RETENTION_YEARS },
      }),
    }),
  }),
  Retention: document('Retention', { 'Mode?': MODE, 'RetainUntilDate?': TIME }),
  LegalHold: document('LegalHold', { Status: oneOf('ON', 'OFF') }),
} as const;
