import type { S3OperationName } from '../../../s3/s3.routes.js';
import type { S3Document } from '../s3-document.js';
import { AT, DONE_TO_VERSION, OWNER, xml } from '../s3-document.js';
import { GRANTS, INTEGRITY } from '../parameters.js';

const ACL = { Owner: OWNER, AccessControlList: [{ Grantee: { type: 'CanonicalUser', ...OWNER }, Permission: 'FULL_CONTROL' }] };
const TAGGING = { TagSet: [{ Key: 'team', Value: 'blue' }] };
const RETENTION = { Mode: 'GOVERNANCE', RetainUntilDate: AT.replace('2026', '2031') };
const ABSENT = ['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed'] as const;
const CHANGED = [...ABSENT, 'OperationAborted'] as const;

/** What objects and their versions are set to. */
export const OBJECT_SETTING_OPERATIONS = {
  GetObjectAcl: {
    summary: 'ACL of an object',
    parameters: ['versionId'],
    answers: { 200: { what: 'The ACL, groups first', headers: ['x-amz-version-id?'], content: xml('AccessControlPolicy', ACL) } },
    errors: ABSENT,
  },
  PutObjectAcl: {
    summary: 'Set the ACL of an object',
    description: 'By headers or by document, not both. Where ACLs are off, only what is so anyway passes.',
    parameters: ['versionId', ...INTEGRITY, ...GRANTS],
    request: { optional: true, content: xml('AccessControlPolicy', ACL) },
    answers: { 200: DONE_TO_VERSION },
    errors: [...CHANGED, 'AccessControlListNotSupported', 'MalformedACLError', 'MissingSecurityHeader', 'UnexpectedContent'],
  },
  GetObjectLegalHold: {
    summary: 'Legal hold of a version',
    parameters: ['versionId'],
    answers: { 200: { what: 'The hold', headers: ['x-amz-version-id?'], content: xml('LegalHold', { Status: 'ON' }) } },
    errors: [...ABSENT, 'NoSuchObjectLockConfiguration'],
  },
  PutObjectLegalHold: {
    summary: 'Set or lift the legal hold of a version',
    parameters: ['versionId', ...INTEGRITY],
    request: { content: xml('LegalHold', { Status: 'ON' }) },
    answers: { 200: DONE_TO_VERSION },
    errors: CHANGED,
  },
  GetObjectRetention: {
    summary: 'Retention of a version',
    parameters: ['versionId'],
    answers: { 200: { what: 'The retention', headers: ['x-amz-version-id?'], content: xml('Retention', RETENTION) } },
    errors: [...ABSENT, 'NoSuchObjectLockConfiguration'],
  },
  PutObjectRetention: {
    summary: 'Set the retention of a version',
    description: 'An empty document removes it. What shortens or removes needs to be allowed to, and compliance is never shortened.',
    parameters: ['versionId', ...INTEGRITY, 'x-amz-bypass-governance-retention'],
    request: { content: xml('Retention', RETENTION) },
    answers: { 200: DONE_TO_VERSION },
    errors: [...CHANGED, 'NotImplemented'],
  },
  GetObjectTagging: {
    summary: 'Tags of an object',
    parameters: ['versionId'],
    answers: { 200: { what: 'The tags, by key', headers: ['x-amz-version-id?'], content: xml('Tagging', TAGGING) } },
    errors: ABSENT,
  },
  PutObjectTagging: {
    summary: 'Set the tags of an object',
    description: 'At most 10.',
    parameters: ['versionId', ...INTEGRITY],
    request: { content: xml('Tagging', TAGGING) },
    answers: { 200: DONE_TO_VERSION },
    errors: [...CHANGED, 'InvalidTag', 'BadRequest'],
  },
  DeleteObjectTagging: { summary: 'Remove the tags of an object', parameters: ['versionId'], answers: { 204: DONE_TO_VERSION }, errors: CHANGED },
} as const satisfies Partial<Record<S3OperationName, S3Document>>;
