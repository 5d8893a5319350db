import { OCI_ACTIONS } from '@zas/plugin-api';
import { S3_BUCKET_ACTIONS, S3_CONDITION_KEYS, S3_OBJECT_ACTIONS, S3_OTHER_ACTIONS } from './s3-actions.js';

/** What policies can speak of: a namespace of actions with its resources. */
export interface Service {
  /** What the ARNs of its resources begin with; alone it stands for the service itself. */
  readonly arnStart: string;
  /** What is done to the service as a whole. */
  readonly whole?: ReadonlySet<string>;
  /** By kind of resource, in lower case; absent: any name will do. */
  readonly actions?: Readonly<Record<'object' | 'bucket' | 'other', ReadonlySet<string>>>;
}

const lower = (service: string, names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => `${service}:${name}`.toLowerCase()));

/** A door with actions of its own gets a line here. */
export const SERVICES: ReadonlyMap<string, Service> = new Map<string, Service>([
  [
    's3',
    {
      arnStart: 'arn:aws:s3:::',
      whole: new Set(['s3:ListAllMyBuckets', 's3:CreateBucket']),
      actions: { object: lower('s3', S3_OBJECT_ACTIONS), bucket: lower('s3', S3_BUCKET_ACTIONS), other: lower('s3', S3_OTHER_ACTIONS) },
    },
  ],
  ['oci', { arnStart: 'arn:zas:oci:::', actions: { object: new Set(), bucket: new Set(), other: new Set(OCI_ACTIONS.map((action) => action.toLowerCase())) } }],
  ['sts', { arnStart: 'arn:aws:iam::' }],
  ['rbac', { arnStart: 'arn:zas:rbac::' }],
  ['admin', { arnStart: 'arn:zas:admin:::' }],
]);

/** AWS's global condition keys, without those that have a tag's key behind a slash. */
const GLOBAL_CONDITION_KEYS = [
  ...['CalledVia', 'CalledViaFirst', 'CalledViaLast', 'CurrentTime', 'Ec2InstanceSourcePrivateIPv4', 'Ec2InstanceSourceVpc', 'EpochTime'],
  ...['FederatedProvider', 'IsMcpServiceAction', 'MultiFactorAuthAge', 'MultiFactorAuthPresent', 'PrincipalAccount', 'PrincipalArn'],
  ...['PrincipalIsAWSService', 'PrincipalOrgID', 'PrincipalOrgPaths', 'PrincipalServiceName', 'PrincipalServiceNamesList', 'PrincipalType'],
  ...['Referer', 'RequestedRegion', 'ResourceAccount', 'ResourceOrgID', 'ResourceOrgPaths', 'SecureTransport', 'SourceAccount', 'SourceArn'],
  ...['SourceIdentity', 'SourceIp', 'SourceOrgID', 'SourceOrgPaths', 'SourceOwner', 'SourceVpc', 'SourceVpcArn', 'SourceVpce', 'TagKeys'],
  ...['TokenIssueTime', 'UserAgent', 'userid', 'username', 'ViaAWSService', 'VpceAccount', 'VpceOrgID', 'VpceOrgPaths', 'VpcSourceIp'],
].map((name) => `aws:${name}`);

const TAG_KEYS = ['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/', 's3:buckettag/', 's3:existingobjecttag/', 's3:requestobjecttag/', 'zas:claim/'];
const CONDITION_KEYS: ReadonlySet<string> = new Set([...GLOBAL_CONDITION_KEYS, ...S3_CONDITION_KEYS, 'oci:tag'].map((key) => key.toLowerCase()));

/** @param key in lower case */
export function isConditionKey(key: string): boolean {
  return CONDITION_KEYS.has(key) || TAG_KEYS.some((start) => key.startsWith(start) && key.length > start.length);
}

export function serviceOf(action: string): string {
  return action.slice(0, Math.max(action.indexOf(':'), 0));
}
