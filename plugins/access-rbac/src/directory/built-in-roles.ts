import { OCI_ACTIONS } from '@zas/plugin-api';
import type { PolicyRecord, RoleRecord } from './records.js';

/** Gives everything in its account; who has it is an administrator. */
export const ADMIN_ROLE = 'admin';

const READS = ['s3:Get*', 's3:List*', 'oci:Get*', 'oci:List*', 'oci:Describe*'];
const WRITES = [...READS, 's3:Put*', 's3:Delete*', 's3:AbortMultipartUpload', 's3:CreateBucket', 's3:RestoreObject', ...OCI_ACTIONS];
/** Who writes does not decide who else may. */
const RULES = ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketAcl', 's3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:PutBucketPublicAccessBlock', 's3:PutBucketOwnershipControls'];

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const allow = (Action: Statement['Action'], Resource: Statement['Resource'] = '*'): Statement => ({ Effect: 'Allow', Action, Resource });

/** Every account has these roles, each with a policy of the same name. They cannot be changed. */
const BUILT_IN: readonly (readonly [string, string, readonly Statement[]])[] = [
  [ADMIN_ROLE, 'Everything in the account', [allow('*')]],
  ['read', 'Read all objects and artifacts of the account', [allow(READS)]],
  ['write', 'Read, write and delete all objects and artifacts of the account', [allow(WRITES), { Effect: 'Deny', Action: RULES, Resource: '*' }]],
  ['auditor', 'Read the audit trail, who may what, and the server’s own state; no object and no artifact', [
    allow(['rbac:Get*', 'rbac:List*', 'rbac:ReadAudit', 'rbac:VerifyAudit', 'rbac:Simulate', 'rbac:ExplainAccess', 'rbac:WhoCan', 'rbac:ValidateToken', 'admin:List*', 'admin:Preview*']),
  ]],
  ['ci-pusher', 'Push and pull artifacts; new tags only, nothing is moved or deleted', [
    allow(['oci:CreateRepository', 'oci:DescribeRepository', 'oci:ListTags', 'oci:ListReferrers', 'oci:GetManifest', 'oci:GetBlob', 'oci:PutBlob', 'oci:PutManifest', 'oci:CreateTag']),
  ]],
];

export const BUILT_IN_POLICIES: ReadonlyMap<string, PolicyRecord> = new Map(
  BUILT_IN.map(([id, description, statements]) => [
    id,
    { id, description, document: JSON.stringify({ Version: '2012-10-17', Statement: statements }), createdAt: 0, updatedAt: 0 },
  ]),
);

export const BUILT_IN_ROLES: ReadonlyMap<string, RoleRecord> = new Map(
  BUILT_IN.map(([id, description]) => [id, { id, description, policies: [id], maxSessionSeconds: 3_600, createdAt: 0 }]),
);
