import crypto from 'node:crypto';
import { encodeAwsChunked } from '@zas/s3-protocol';
import { encodeForm, signPolicy } from '../post-form.js';
import { ROOT_KEYS } from '../server-process.js';
import type { ContractCase, ContractRequest } from './contract-case.js';
import { aBucket, aVersion, anObject, must, objectIn, withAcls, withLocks } from './s3-places.js';

const SHA = crypto.hash('sha256', 'hello', 'base64');
const md5 = (body: string) => ({ 'content-md5': crypto.hash('md5', body, 'base64') });
const LATER = '2999-01-01T00:00:00Z';
const PAST = 'Mon, 01 Jan 2001 00:00:00 GMT';
const DESCRIBED = {
  'content-type': 'text/plain',
  'cache-control': 'no-cache',
  'content-disposition': 'inline',
  'content-encoding': 'identity',
  'content-language': 'en',
  expires: PAST,
  'x-amz-website-redirect-location': '/other',
  'x-amz-storage-class': 'STANDARD_IA',
  'x-amz-tagging': 'team=blue',
  'x-amz-meta-color': 'red',
};
const LOCKED = { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': LATER, 'x-amz-object-lock-legal-hold': 'ON' };
const at = (bucket: string | undefined, query = '') => `/${bucket}/a/key${query}`;
const absent = (path: string) => ({ what: 'nothing of that key', path, status: 404, code: 'NoSuchKey' });

const OVERRIDES = ['type', 'language', 'expires', 'cache-control', 'disposition', 'encoding']
  .map((name) => (name === 'expires' || name === 'cache-control' ? `response-${name}` : `response-content-${name}`))
  .map((name) => `${name}=x`)
  .join('&');

const read = (hasBody: boolean): ContractCase => ({
  prepare: objectIn(withLocks, { ...DESCRIBED, ...LOCKED, ...md5('hello') }),
  right: ({ bucket, versionId, etag = '' }) => [
    { path: at(bucket), headers: { 'x-amz-checksum-mode': 'ENABLED' } },
    { path: at(bucket, `?versionId=${versionId}&${OVERRIDES}`) },
    { path: at(bucket), headers: { range: 'bytes=0-1', 'if-match': etag, 'if-unmodified-since': PAST }, status: 206 },
    { path: at(bucket, '?partNumber=1'), status: 206 },
    { path: at(bucket), headers: { 'if-none-match': etag, 'if-modified-since': PAST }, status: 304 },
  ],
  wrong: ({ bucket }) => [
    { ...absent(`/${bucket}/nothing`), ...(hasBody ? {} : { code: undefined }) },
    { what: 'a range beyond it', path: at(bucket), headers: { range: 'bytes=9-' }, status: 416, ...(hasBody ? { code: 'InvalidRange' } : {}) },
    { what: 'a part that it does not have', path: at(bucket, '?partNumber=2'), status: 416 },
    { what: 'a condition that does not hold', path: at(bucket), headers: { 'if-match': '"x"' }, status: 412 },
    { what: 'a version that is none', path: at(bucket, '?versionId=x'), status: 400 },
  ],
});

/** Of the S3 door: objects. */
export const S3_OBJECT_CASES: Readonly<Record<string, ContractCase>> = {
  GetObject: read(true),
  HeadObject: read(false),
  PutObject: {
    prepare: async (world) => ({ ...(await withLocks(world)), acls: (await withAcls(world))['bucket']!, owner: (await aBucket(world))['owner']! }),
    right: ({ bucket, acls, owner }) => [
      { path: at(bucket), body: 'hello' },
      { path: at(bucket), body: 'hello', headers: { ...DESCRIBED, ...LOCKED, ...md5('hello'), 'x-amz-acl': 'bucket-owner-full-control' } },
      ...CHECKSUMS.map(([name, value]) => ({ path: at(bucket), body: 'hello', headers: { [`x-amz-checksum-${name.toLowerCase()}`]: value, 'x-amz-sdk-checksum-algorithm': name } })),
      chunked(at(bucket)),
      { path: at(acls), body: 'hello', headers: grants(owner!) },
      { path: `/${bucket}/other`, body: 'hello', headers: { 'if-none-match': '*' } },
      { path: `/${bucket}/other`, body: 'hello', headers: { 'if-match': '*', 'x-amz-request-payer': 'requester' } },
    ],
    wrong: ({ bucket }) => [
      { what: 'another digest', path: at(bucket), body: 'hello', headers: md5('x'), status: 400, code: 'BadDigest' },
      { what: 'a digest that is none', path: at(bucket), body: 'hello', headers: { 'content-md5': 'x' }, status: 400, code: 'InvalidDigest' },
      { what: 'another checksum', path: at(bucket), body: 'hello', headers: { 'x-amz-checksum-sha256': crypto.hash('sha256', 'x', 'base64') }, status: 400, code: 'BadDigest' },
      { what: 'a storage class that is none', path: at(bucket), body: 'hello', headers: { 'x-amz-storage-class': 'X' }, status: 400, code: 'InvalidStorageClass' },
      { what: 'too much metadata', path: at(bucket), body: 'hello', headers: { 'x-amz-meta-a': 'x'.repeat(2049) }, status: 400, code: 'MetadataTooLarge' },
      { what: 'encryption', path: at(bucket), body: 'hello', headers: { 'x-amz-server-side-encryption': 'AES256' }, status: 501, code: 'NotImplemented' },
      { what: 'a tag that is none', path: at(bucket), body: 'hello', headers: { 'x-amz-tagging': 'aws:a=b' }, status: 400, code: 'InvalidTag' },
      { what: 'a condition that does not hold', path: at(bucket), body: 'hello', headers: { 'if-match': '"x"' }, status: 404, code: 'NoSuchKey' },
      { what: 'an ACL where they are off', path: at(bucket), body: 'hello', headers: { 'x-amz-acl': 'public-read' }, status: 400, code: 'AccessControlListNotSupported' },
    ],
  },
  AppendObject: {
    prepare: anObject,
    right: ({ bucket }) => [
      { path: at(bucket), body: 'more', headers: { 'x-amz-write-offset-bytes': '5' } },
      { path: `/${bucket}/new`, body: 'first', headers: { 'x-amz-write-offset-bytes': '0', 'content-type': 'text/plain' } },
    ],
    wrong: ({ bucket }) => [
      { what: 'another place', path: at(bucket), body: 'more', headers: { 'x-amz-write-offset-bytes': '3' }, status: 400, code: 'InvalidWriteOffset' },
      { what: 'a place that is none', path: at(bucket), body: 'more', headers: { 'x-amz-write-offset-bytes': '-1' }, status: 400, code: 'InvalidArgument' },
      { ...absent(`/${bucket}/nothing`), body: 'more', headers: { 'x-amz-write-offset-bytes': '5' } },
    ],
  },
  CopyObject: {
    prepare: anObject,
    right: ({ bucket, account, etag = '' }) => [
      { path: `/${bucket}/copy`, headers: { 'x-amz-copy-source': at(bucket), 'x-amz-source-expected-bucket-owner': account } },
      {
        path: `/${bucket}/copy`,
        headers: {
          ...DESCRIBED,
          'x-amz-copy-source': at(bucket),
          'x-amz-metadata-directive': 'REPLACE',
          'x-amz-tagging-directive': 'REPLACE',
          'x-amz-checksum-algorithm': 'SHA256',
          'x-amz-copy-source-if-match': etag,
          'x-amz-copy-source-if-none-match': '"x"',
          'x-amz-copy-source-if-modified-since': PAST,
          'x-amz-copy-source-if-unmodified-since': PAST,
        },
      },
    ],
    wrong: ({ bucket }) => [
      { what: 'a source that is not there', path: `/${bucket}/copy`, headers: { 'x-amz-copy-source': `/${bucket}/nothing` }, status: 404, code: 'NoSuchKey' },
      { what: 'a source that is none', path: `/${bucket}/copy`, headers: { 'x-amz-copy-source': 'x' }, status: 400, code: 'InvalidArgument' },
      { what: 'itself, unchanged', path: at(bucket), headers: { 'x-amz-copy-source': at(bucket) }, status: 400, code: 'InvalidRequest' },
      { what: 'a condition that does not hold', path: `/${bucket}/copy`, headers: { 'x-amz-copy-source': at(bucket), 'x-amz-copy-source-if-match': '"x"' }, status: 412, code: 'PreconditionFailed' },
      { what: 'another owner of the source', path: `/${bucket}/copy`, headers: { 'x-amz-copy-source': at(bucket), 'x-amz-source-expected-bucket-owner': '000000000000' }, status: 403, code: 'AccessDenied' },
    ],
  },
  RenameObject: {
    prepare: anObject,
    right: ({ bucket, etag = '' }) => [
      {
        path: `/${bucket}/renamed?renameObject=`,
        headers: { 'x-amz-rename-source': at(bucket), 'x-amz-client-token': 'token', 'x-amz-rename-source-if-match': etag, 'x-amz-rename-source-if-none-match': '"x"', 'if-none-match': '*' },
      },
    ],
    wrong: ({ bucket }) => [
      { what: 'no source', path: `/${bucket}/renamed?renameObject=`, status: 400, code: 'InvalidRequest' },
      { ...absent(`/${bucket}/renamed?renameObject=`), headers: { 'x-amz-rename-source': 'nothing' } },
    ],
  },
  DeleteObject: {
    prepare: aVersion,
    right: ({ bucket, versionId, etag = '' }) => [
      { path: at(bucket), headers: { 'if-match': etag } },
      { path: at(bucket, `?versionId=${versionId}`), headers: { 'x-amz-bypass-governance-retention': 'true' } },
      { path: `/${bucket}/nothing` },
    ],
    wrong: ({ bucket }) => [
      { what: 'a condition that does not hold', path: at(bucket), headers: { 'if-match': '"x"' }, status: 412, code: 'PreconditionFailed' },
      { what: 'a condition that there is not', path: at(bucket), headers: { 'if-none-match': '*' }, status: 501, code: 'NotImplemented' },
    ],
  },
  PostObject: {
    prepare: aBucket,
    right: ({ bucket }) => [post(bucket!, {}, 204), post(bucket!, { success_action_status: '200' }, 200), post(bucket!, { success_action_status: '201' }, 201), post(bucket!, { success_action_redirect: 'https://app.example.com/' }, 303)],
    wrong: ({ bucket }) => [
      { what: 'no credential', ...form(bucket!, { key: 'a/key' }), status: 403, code: 'AccessDenied' },
      { what: 'no key', ...form(bucket!, {}), status: 400, code: 'InvalidArgument' },
      { what: 'a form that is none', path: `/${bucket}`, body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' }, status: 400, code: 'MalformedPOSTRequest' },
      { what: 'another key than the policy has', ...post(bucket!, {}, 403, 'b/key'), status: 403, code: 'AccessDenied' },
    ],
  },
  GetObjectAttributes: {
    prepare: objectIn(aBucket, { 'x-amz-checksum-sha256': SHA }),
    right: ({ bucket }) => [
      { path: at(bucket, '?attributes='), headers: { 'x-amz-object-attributes': 'ETag,Checksum,ObjectParts,StorageClass,ObjectSize', 'x-amz-max-parts': '5', 'x-amz-part-number-marker': '0' } },
      { path: at(bucket, '?attributes=&versionId=null'), headers: { 'x-amz-object-attributes': 'ObjectSize' } },
    ],
    wrong: ({ bucket }) => [
      { what: 'none named', path: at(bucket, '?attributes='), status: 400, code: 'InvalidRequest' },
      { what: 'one that is none', path: at(bucket, '?attributes='), headers: { 'x-amz-object-attributes': 'X' }, status: 400, code: 'InvalidArgument' },
      { ...absent(`/${bucket}/nothing?attributes=`), headers: { 'x-amz-object-attributes': 'ETag' } },
    ],
  },

  GetObjectAcl: {
    prepare: objectIn(withAcls),
    right: ({ bucket }) => [{ path: at(bucket, '?acl=') }, { path: at(bucket, '?acl=&versionId=null') }],
    wrong: ({ bucket }) => [absent(`/${bucket}/nothing?acl=`)],
  },
  PutObjectAcl: {
    prepare: objectIn(withAcls),
    right: ({ bucket, owner }) => [{ path: at(bucket, '?acl='), headers: { 'x-amz-acl': 'private' } }, { path: at(bucket, '?acl=&versionId=null'), headers: grants(owner!) }],
    wrong: ({ bucket }) => [
      { what: 'neither headers nor document', path: at(bucket, '?acl='), status: 400, code: 'MissingSecurityHeader' },
      { what: 'a grantee that is none', path: at(bucket, '?acl='), headers: { 'x-amz-grant-read': 'id=x' }, status: 400, code: 'InvalidArgument' },
      { what: 'an e-mail address', path: at(bucket, '?acl='), headers: { 'x-amz-grant-read': 'emailAddress=a@example.com' }, status: 405, code: 'MethodNotAllowed' },
    ],
  },
  ...lock('LegalHold', 'legal-hold', '<LegalHold><Status>ON</Status></LegalHold>', '<LegalHold><Status>OFF</Status></LegalHold>'),
  ...lock('Retention', 'retention', `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${LATER}</RetainUntilDate></Retention>`, '<Retention/>'),
  GetObjectTagging: {
    prepare: objectIn(aBucket, { 'x-amz-tagging': 'b=2&a=1' }),
    right: ({ bucket }) => [{ path: at(bucket, '?tagging=') }, { path: at(bucket, '?tagging=&versionId=null') }],
    wrong: ({ bucket }) => [absent(`/${bucket}/nothing?tagging=`)],
  },
  PutObjectTagging: {
    prepare: anObject,
    right: ({ bucket }) => [{ path: at(bucket, '?tagging='), body: tagging('team') }, { path: at(bucket, '?tagging=&versionId=null'), body: tagging('team'), headers: md5(tagging('team')) }],
    wrong: ({ bucket }) => [
      { what: 'a key of the system', path: at(bucket, '?tagging='), body: tagging('aws:team'), status: 400, code: 'InvalidTag' },
      { what: 'too many', path: at(bucket, '?tagging='), body: tagging(...'abcdefghijk'), status: 400, code: 'BadRequest' },
      { ...absent(`/${bucket}/nothing?tagging=`), body: tagging('team') },
    ],
  },
  DeleteObjectTagging: { prepare: anObject, right: ({ bucket }) => [{ path: at(bucket, '?tagging=') }, { path: at(bucket, '?tagging=&versionId=null') }], wrong: ({ bucket }) => [absent(`/${bucket}/nothing?tagging=`)] },
};

const CHECKSUMS = [
  ['CRC32', 'NhCmhg=='],
  ['CRC32C', 'mnG7TA=='],
  ['CRC64NVME', 'M3eFcAZSQlc='],
  ['SHA1', crypto.hash('sha1', 'hello', 'base64')],
  ['SHA256', SHA],
] as const;

/** A body in chunks, its checksum behind it. */
function chunked(path: string): ContractRequest {
  const body = encodeAwsChunked(Buffer.from('hello'), { framing: 'unsigned-trailer', trailers: { 'x-amz-checksum-sha256': SHA } });
  return { path, body, payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', headers: { 'x-amz-trailer': 'x-amz-checksum-sha256', 'x-amz-decoded-content-length': '5' } };
}

function grants(owner: string): Record<string, string> {
  const names = ['full-control', 'read', 'read-acp', 'write-acp'];
  return Object.fromEntries(names.map((name) => [`x-amz-grant-${name}`, `id="${owner}"`]));
}

function tagging(...keys: readonly string[]): string {
  return `<Tagging><TagSet>${keys.map((key) => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`).join('')}</TagSet></Tagging>`;
}

function form(bucket: string, fields: Readonly<Record<string, string>>): Pick<ContractRequest, 'path' | 'body' | 'headers'> {
  const { body, contentType } = encodeForm(Object.entries(fields), { content: 'hello' });
  return { path: `/${bucket}`, body, headers: { 'content-type': contentType } };
}

function post(bucket: string, fields: Readonly<Record<string, string>>, status: number, key = 'a/key'): ContractRequest {
  const signed = signPolicy([{ bucket }, { key: 'a/key' }, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))], ROOT_KEYS);
  return { ...form(bucket, { key, ...fields, ...signed }), status };
}

/** Locks of a version, set and lifted. */
function lock(name: string, query: string, on: string, off: string): Readonly<Record<string, ContractCase>> {
  const set: ContractCase['prepare'] = async (world) => {
    const made = await aVersion(world);
    await must(world.s3.put(at(made['bucket'], `?${query}`), on));
    await must(world.s3.put(`/${made['bucket']}/free`, 'hello'));
    return { ...made, other: (await anObject(world))['bucket']! };
  };
  return {
    [`GetObject${name}`]: {
      prepare: set,
      right: ({ bucket, versionId }) => [{ path: at(bucket, `?${query}=`) }, { path: at(bucket, `?${query}=&versionId=${versionId}`) }],
      wrong: ({ bucket, other }) => [
        { what: 'a version without', path: `/${bucket}/free?${query}=`, status: 404, code: 'NoSuchObjectLockConfiguration' },
        { what: 'a bucket without locks', path: at(other, `?${query}=`), status: 400, code: 'InvalidRequest' },
        absent(`/${bucket}/nothing?${query}=`),
      ],
    },
    [`PutObject${name}`]: {
      prepare: set,
      right: ({ bucket, versionId }) => [
        { path: at(bucket, `?${query}=`), body: on },
        { path: at(bucket, `?${query}=&versionId=${versionId}`), body: off, headers: { ...md5(off), ...(name === 'Retention' ? { 'x-amz-bypass-governance-retention': 'true' } : {}) } },
      ],
      wrong: ({ bucket, other }) => [
        { what: 'a document that is none', path: at(bucket, `?${query}=`), body: '<a/>', status: 400, code: 'MalformedXML' },
        { what: 'a bucket without locks', path: at(other, `?${query}=`), body: on, status: 400, code: 'InvalidRequest' },
        { ...absent(`/${bucket}/nothing?${query}=`), body: on },
      ],
    },
  };
}
