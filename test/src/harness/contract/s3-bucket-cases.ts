import crypto from 'node:crypto';
import type { ContractCase, ContractRequest } from './contract-case.js';
import { fresh } from './contract-case.js';
import { aBucket, after, anObject, objectIn, withAcls, withLocks } from './s3-places.js';

const md5 = (body: string) => ({ 'content-md5': crypto.hash('md5', body, 'base64') });
const OWNED = { 'x-amz-expected-bucket-owner': '000000000000' };
const JSON_VIEW = { accept: 'application/json' };

/** As XML, as JSON, and with every parameter. */
const list = (of: (bucket: string) => string, ...queries: readonly string[]): ContractCase => ({
  prepare: anObject,
  right: ({ bucket = '' }) => [
    { path: of(bucket) },
    { path: of(bucket), headers: JSON_VIEW },
    ...queries.map((query): ContractRequest => ({ path: `${of(bucket)}${of(bucket).includes('?') ? '&' : '?'}${query}` })),
  ],
});

/** Of the S3 door: buckets and what is in them. */
export const S3_BUCKET_CASES: Readonly<Record<string, ContractCase>> = {
  ListBuckets: {
    prepare: aBucket,
    right: () => [{ path: '/' }, { path: '/?prefix=bucket&max-buckets=1' }, { path: '/', headers: JSON_VIEW }],
    wrong: [
      { what: 'a count of none', path: '/?max-buckets=0', status: 400, code: 'InvalidArgument' },
      { what: 'a token that is none', path: '/?continuation-token=x', status: 400, code: 'InvalidArgument' },
    ],
  },
  CreateBucket: {
    right: () => {
      const body = '<CreateBucketConfiguration><Tags><Tag><Key>team</Key><Value>blue</Value></Tag></Tags></CreateBucketConfiguration>';
      return [
        { path: `/${fresh('bucket')}` },
        { path: `/${fresh('bucket')}`, body, headers: { ...md5(body), 'x-amz-acl': 'private', 'x-amz-bucket-object-lock-enabled': 'true', 'x-amz-object-ownership': 'ObjectWriter' } },
        { path: `/${fresh('bucket')}`, headers: { 'x-amz-object-ownership': 'ObjectWriter', 'x-amz-grant-write': 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"' } },
      ];
    },
    wrong: [
      { what: 'a reserved name', path: '/x', status: 400, code: 'InvalidBucketName' },
      { what: 'another region', path: '/other-region', body: '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>', status: 400, code: 'IllegalLocationConstraintException' },
      { what: 'ACLs where they are off', path: '/no-acls', headers: { 'x-amz-acl': 'public-read' }, status: 400, code: 'InvalidBucketAclWithObjectOwnership' },
      { what: 'a document that is none', path: '/no-document', body: '<a/>', status: 400, code: 'MalformedXML' },
      { what: 'an ownership that is none', path: '/no-ownership', headers: { 'x-amz-object-ownership': 'Nobody' }, status: 400, code: 'InvalidArgument' },
    ],
  },
  HeadBucket: { prepare: aBucket, right: ({ bucket }) => ({ path: `/${bucket}` }) },
  DeleteBucket: {
    prepare: async (world) => ({ ...(await aBucket(world)), full: (await anObject(world))['bucket']! }),
    right: ({ bucket }) => ({ path: `/${bucket}` }),
    wrong: ({ full }) => [{ what: 'one that is not empty', path: `/${full}`, status: 409, code: 'BucketNotEmpty' }],
  },
  ListObjects: list((bucket) => `/${bucket}`, 'prefix=a&delimiter=/&max-keys=1', 'marker=a&encoding-type=url'),
  ListObjectsV2: list((bucket) => `/${bucket}?list-type=2`, 'prefix=a&delimiter=/&max-keys=1&start-after=a', 'fetch-owner=true&encoding-type=url&continuation-token='),
  ListObjectVersions: {
    ...list((bucket) => `/${bucket}?versions=`, 'prefix=a&delimiter=/&max-keys=1&encoding-type=url', 'key-marker=a&version-id-marker=null'),
    prepare: async (world) => {
      const made = await objectIn(withLocks)(world);
      await world.s3.delete(`/${made['bucket']}/a/key`);
      return made;
    },
  },
  GetBucketLocation: { prepare: aBucket, right: ({ bucket, account }) => ({ path: `/${bucket}?location=`, headers: { 'x-amz-expected-bucket-owner': account } }) },
  DeleteObjects: {
    prepare: objectIn(withLocks),
    right: ({ bucket }) => {
      const body = '<Delete><Object><Key>a/key</Key></Object><Object><Key>a/other</Key><VersionId>null</VersionId></Object></Delete>';
      const quiet = body.replace('</Delete>', '<Quiet>true</Quiet></Delete>');
      return [
        { path: `/${bucket}?delete=`, body, headers: md5(body) },
        { path: `/${bucket}?delete=`, body: quiet, headers: { ...md5(quiet), 'x-amz-bypass-governance-retention': 'true' } },
      ];
    },
    wrong: ({ bucket }) => [
      { what: 'no digest', path: `/${bucket}?delete=`, body: '<Delete/>', status: 400, code: 'InvalidRequest' },
      { what: 'no key', path: `/${bucket}?delete=`, body: '<Delete/>', headers: md5('<Delete/>'), status: 400, code: 'MalformedXML' },
      { what: 'another digest', path: `/${bucket}?delete=`, body: '<Delete/>', headers: md5('x'), status: 400, code: 'BadDigest' },
    ],
  },
  PreflightBucket: preflight((bucket) => `/${bucket}`),
  PreflightObject: preflight((bucket) => `/${bucket}/a/key`),

  ...setting('Acl', withAcls, 'acl', {
    document: undefined,
    rights: ({ owner }) => [
      { headers: { 'x-amz-acl': 'private' } },
      { headers: { 'x-amz-grant-full-control': `id="${owner}"`, 'x-amz-grant-read': `id=${owner}`, 'x-amz-grant-read-acp': `id=${owner}`, 'x-amz-grant-write': `id=${owner}`, 'x-amz-grant-write-acp': `id=${owner}` } },
      { body: acl(owner!) },
    ],
    wrong: [
      { what: 'neither headers nor document', status: 400, code: 'MissingSecurityHeader' },
      { what: 'an ACL that is none', headers: { 'x-amz-acl': 'nonsense' }, status: 400, code: 'InvalidArgument' },
      { what: 'a document that is none', body: '<a/>', status: 400, code: 'MalformedACLError' },
    ],
  }),
  ...setting('Cors', aBucket, 'cors', {
    document: '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><MaxAgeSeconds>5</MaxAgeSeconds></CORSRule></CORSConfiguration>',
    absent: 'NoSuchCORSConfiguration',
    wrong: [{ what: 'no rule', body: '<CORSConfiguration/>', status: 400, code: 'MalformedXML' }],
  }),
  ...setting('OwnershipControls', aBucket, 'ownershipControls', {
    document: '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>',
    wrong: [{ what: 'no rule', body: '<OwnershipControls/>', status: 400, code: 'MalformedXML' }],
  }),
  ...setting('Policy', aBucket, 'policy', {
    document: undefined,
    rights: ({ bucket }) => [{ body: policy(bucket!) }, { body: policy(bucket!), headers: { 'x-amz-confirm-remove-self-bucket-access': 'true' } }],
    absent: 'NoSuchBucketPolicy',
    wrong: [
      { what: 'no JSON', body: '<a/>', status: 400, code: 'MalformedPolicy' },
      { what: 'nothing', status: 400, code: 'MissingRequestBodyError' },
    ],
    status: 204,
  }),
  ...setting('RequestPayment', aBucket, 'requestPayment', {
    document: '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>',
    wrong: [{ what: 'nobody', body: '<RequestPaymentConfiguration/>', status: 400, code: 'MalformedXML' }],
  }),
  ...setting('Tagging', aBucket, 'tagging', {
    document: '<Tagging><TagSet><Tag><Key>team</Key><Value>blue</Value></Tag></TagSet></Tagging>',
    absent: 'NoSuchTagSet',
    wrong: [{ what: 'a key of the system', body: '<Tagging><TagSet><Tag><Key>aws:x</Key><Value/></Tag></TagSet></Tagging>', status: 400, code: 'InvalidTag' }],
    status: 204,
  }),
  ...setting('Versioning', aBucket, 'versioning', {
    document: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    wrong: [
      { what: 'no status', body: '<VersioningConfiguration/>', status: 400, code: 'IllegalVersioningConfigurationException' },
      { what: 'MFA delete', body: '<VersioningConfiguration><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>', status: 501, code: 'NotImplemented' },
    ],
  }),
  GetPublicAccessBlock: {
    prepare: aBucket,
    right: ({ bucket }) => ({ path: `/${bucket}?publicAccessBlock=` }),
  },
  PutPublicAccessBlock: {
    prepare: aBucket,
    right: ({ bucket }) => ({
      path: `/${bucket}?publicAccessBlock=`,
      body: '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
    }),
    wrong: ({ bucket }) => [{ what: 'a word that is none', path: `/${bucket}?publicAccessBlock=`, body: '<PublicAccessBlockConfiguration><BlockPublicAcls>maybe</BlockPublicAcls></PublicAccessBlockConfiguration>', status: 400, code: 'MalformedXML' }],
  },
  DeletePublicAccessBlock: { prepare: aBucket, right: ({ bucket }) => [{ path: `/${bucket}?publicAccessBlock=` }, { path: `/${bucket}?publicAccessBlock=`, headers: { 'x-amz-request-payer': 'requester' } }] },
  GetBucketPolicyStatus: { prepare: aBucket, right: ({ bucket }) => ({ path: `/${bucket}?policyStatus=` }) },
  GetObjectLockConfiguration: {
    prepare: async (world) => ({ ...(await after(withLocks, ['?object-lock', LOCK])(world)), other: (await aBucket(world))['bucket']! }),
    right: ({ bucket }) => ({ path: `/${bucket}?object-lock=` }),
    wrong: ({ other }) => [{ what: 'a bucket without', path: `/${other}?object-lock=`, status: 404, code: 'ObjectLockConfigurationNotFoundError' }],
  },
  PutObjectLockConfiguration: {
    prepare: async (world) => ({ ...(await withLocks(world)), other: (await aBucket(world))['bucket']! }),
    right: ({ bucket }) => ({ path: `/${bucket}?object-lock=`, body: LOCK }),
    wrong: ({ bucket, other }) => [
      { what: 'a period of nothing', path: `/${bucket}?object-lock=`, body: LOCK.replace('>1<', '>0<'), status: 400, code: 'InvalidRetentionPeriod' },
      { what: 'a bucket without versions', path: `/${other}?object-lock=`, body: LOCK, status: 409, code: 'InvalidBucketState' },
      { what: 'another owner', path: `/${bucket}?object-lock=`, body: LOCK, headers: OWNED, status: 403, code: 'AccessDenied' },
    ],
  },
};

const LOCK = '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>';

function acl(owner: string): string {
  const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"';
  return `<AccessControlPolicy><Owner><ID>${owner}</ID></Owner><AccessControlList><Grant><Grantee ${xsi}><ID>${owner}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`;
}

function policy(bucket: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*`, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.1/32' } } } });
}

/** By a rule of the bucket, and without one. */
function preflight(path: (bucket: string) => string): ContractCase {
  const rule =
    '<CORSConfiguration><CORSRule><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://app.example.com</AllowedOrigin><AllowedHeader>*</AllowedHeader><ExposeHeader>etag</ExposeHeader><MaxAgeSeconds>5</MaxAgeSeconds></CORSRule></CORSConfiguration>';
  const asks = { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' };
  return {
    prepare: after(aBucket, ['?cors', rule]),
    right: ({ bucket = '' }) => [{ path: path(bucket), headers: asks }, { path: path(bucket), headers: { ...asks, 'access-control-request-headers': 'content-type' } }],
    wrong: ({ bucket = '' }) => [
      { what: 'no origin', path: path(bucket), status: 400, code: 'BadRequest' },
      { what: 'another origin', path: path(bucket), headers: { ...asks, origin: 'https://evil.example.com' }, status: 403, code: 'AccessForbidden' },
      { what: 'a bucket that is not there', path: path('unheard-of'), headers: asks, status: 403, code: 'AccessForbidden' },
    ],
  };
}

interface Setting {
  readonly document: string | undefined;
  readonly rights?: (prepared: Readonly<Record<string, string>>) => readonly Omit<ContractRequest, 'path'>[];
  /** Code of a bucket that has none; absent: it always has one. */
  readonly absent?: string;
  readonly wrong: readonly (Omit<ContractRequest, 'path'> & { readonly what: string; readonly status: number; readonly code: string })[];
  readonly status?: number;
}

/** Get, put and, where there is one, delete of a setting of buckets. */
function setting(name: string, make: typeof aBucket, query: string, { document, rights, absent, wrong, status }: Setting): Readonly<Record<string, ContractCase>> {
  const path = (bucket: string | undefined) => `/${bucket}?${query}=`;
  const puts = rights ?? (() => [{ body: document }, { body: document, headers: md5(document!) }]);
  const put: ContractCase = {
    prepare: make,
    right: (prepared) => puts(prepared).map((request) => ({ ...request, path: path(prepared['bucket']), status })),
    wrong: ({ bucket }) => wrong.map((request) => ({ ...request, path: path(bucket) })),
  };
  const set: ContractCase['prepare'] = async (world) => {
    const prepared = await make(world);
    const { body, headers } = puts(prepared)[0]!;
    const answer = await world.s3.put(path(prepared['bucket']), body as string | undefined, { ...headers });
    if (answer.status >= 300) throw new Error(answer.text);
    return { ...prepared, other: (await aBucket(world))['bucket']! };
  };
  const get: ContractCase = {
    prepare: set,
    right: ({ bucket }) => ({ path: path(bucket) }),
    wrong: ({ other }) => (absent === undefined ? [] : [{ what: 'a bucket without', path: path(other), status: 404, code: absent }]),
  };
  const remove: ContractCase = { prepare: set, right: ({ bucket }) => ({ path: path(bucket) }) };
  const removable = ['Cors', 'OwnershipControls', 'Policy', 'Tagging'].includes(name);
  return { [`GetBucket${name}`]: get, [`PutBucket${name}`]: put, ...(removable ? { [`DeleteBucket${name}`]: remove } : {}) };
}
