import { describe, expect, it } from '@jest/globals';
import { answerProblems, requestProblems } from './contract-checks.js';
import { ContractDocument } from './contract-document.js';

const document = new ContractDocument();
const COMMON = { 'x-amz-request-id': 'r', 'x-amz-id-2': 'h', 'content-type': 'application/xml' };
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const versioning = (content: string, namespace = NAMESPACE, root = 'VersioningConfiguration') => `<?xml version="1.0"?>\n<${root} xmlns="${namespace}">${content}</${root}>`;
const failure = (code: string) => `<Error><Code>${code}</Code><Message/><Resource/><RequestId>r</RequestId><HostId>h</HostId></Error>`;

describe('an answer', () => {
  const problems = (status: number, text: string, headers: Record<string, string> = {}) => answerProblems(document, document.operation('GetBucketVersioning'), { status, text, headers: { ...COMMON, ...headers } });

  it('is good when it is as documented', () => {
    expect(problems(200, versioning('<Status>Enabled</Status>'))).toEqual([]);
    expect(problems(404, failure('NoSuchBucket'))).toEqual([]);
  });

  it.each([
    ['another status', 418, versioning('')],
    ['a value that is none', 200, versioning('<Status>Maybe</Status>')],
    ['an element that is not documented', 200, versioning('<Extra>1</Extra>')],
    ['another root', 200, versioning('', NAMESPACE, 'Other')],
    ['another namespace', 200, versioning('', 'urn:x')],
    ['no XML', 200, 'x'],
    ['another code', 404, failure('NoSuchKey')],
    ['an error without its elements', 404, '<Error><Code>NoSuchBucket</Code></Error>'],
  ])('is not with %s', (_what, status, text) => {
    expect(problems(status, text)).not.toEqual([]);
  });

  it('is not with other headers', () => {
    const good = versioning('<Status>Enabled</Status>');
    expect(problems(200, good, { 'x-amz-version-id': 'v' })).toEqual(['x-amz-version-id is not documented']);
    expect(problems(200, good, { 'content-type': 'text/html' })).toEqual(['the type is text/html, not one of application/xml']);
    const bare = { status: 200, text: good, headers: { 'content-type': 'application/xml', 'x-amz-id-2': 'h' } };
    expect(answerProblems(document, document.operation('GetBucketVersioning'), bare)).toEqual(['x-amz-request-id is missing']);
    const put = { status: 200, text: '', headers: { ...COMMON, etag: 'bare' } };
    expect(answerProblems(document, document.operation('PutObject'), put).join()).toContain('etag: / must match pattern');
  });
});

describe('a request', () => {
  const problems = (id: string, request: Parameters<typeof requestProblems>[2]) => requestProblems(document, document.operation(id), request);

  it('is good when it is as documented', () => {
    expect(problems('PutBucketVersioning', { path: '/b?versioning=', body: versioning('<Status>Enabled</Status>') })).toEqual([]);
    expect(problems('ListObjectsV2', { path: '/b?list-type=2&max-keys=5' })).toEqual([]);
  });

  it.each([
    ['another path', 'GetBucketVersioning', { path: '/b/k?versioning=' }],
    ['another operation', 'GetBucketVersioning', { path: '/b?acl=' }],
    ['a parameter that is not documented', 'ListObjectsV2', { path: '/b?list-type=2&page=1' }],
    ['a header that is not documented', 'ListObjectsV2', { path: '/b?list-type=2', headers: { 'x-amz-acl': 'private' } }],
    ['a value that is none', 'ListObjectsV2', { path: '/b?list-type=2&max-keys=x' }],
    ['no body', 'PutBucketVersioning', { path: '/b?versioning=' }],
    ['a body that is none', 'PutBucketVersioning', { path: '/b?versioning=', body: versioning('<Status>Maybe</Status>') }],
    ['a body where there is none', 'GetBucketVersioning', { path: '/b?versioning=', body: 'x' }],
  ])('is not with %s', (_what, id, request) => {
    expect(problems(id, request)).not.toEqual([]);
  });
});
