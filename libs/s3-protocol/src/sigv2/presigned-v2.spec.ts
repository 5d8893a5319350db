import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseQuery } from '../target/query.js';
import type { RequestOfV2 } from './presigned-v2.js';
import { readPresignedV2, stringToSignV2, verifyPresignedV2 } from './presigned-v2.js';

// The example of the S3 User Guide.
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const QUERY = 'AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620';
const NOW = 1_175_139_600_000;

const request = (query: string, overrides: Partial<RequestOfV2> = {}): RequestOfV2 => ({
  method: 'GET',
  rawPath: '/photos/puppy.jpg',
  hostBucket: 'johnsmith',
  query: parseQuery(query),
  headers: {},
  ...overrides,
});

const verify = (given: RequestOfV2, now = NOW) => verifyPresignedV2(given, readPresignedV2(given.query)!, SECRET, now);

function sign(given: RequestOfV2): string {
  const signature = createHmac('sha1', SECRET).update(stringToSignV2(given, '1175139620')).digest('base64');
  return `AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620&Signature=${encodeURIComponent(signature)}`;
}

describe('presigned URLs of Signature Version 2', () => {
  it('accepts AWS’s example until it expires', () => {
    verify(request(QUERY));
    expect(() => verify(request(QUERY), NOW + 21_000)).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
  });

  it.each([
    ['another method', { method: 'PUT' }],
    ['another key', { rawPath: '/photos/kitten.jpg' }],
    ['another bucket', { hostBucket: 'janesmith' }],
    ['an added amz header', { headers: { 'x-amz-copy-source': '/a/b' } }],
    ['an added content type', { headers: { 'content-type': 'text/html' } }],
  ])('refuses %s', (_what, overrides) => {
    expect(() => verify(request(QUERY, overrides))).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
  });

  it('covers sub-resources and refuses parameters that it does not cover', () => {
    expect(() => verify(request(`${QUERY}&versionId=1`))).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
    expect(() => verify(request(`${QUERY}&retention`))).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
    expect(() => verify(request(`${QUERY}&Expires=9999999999`))).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
    const covered = 'uploadId=u&partNumber=2&response-content-type=a%2Fb';
    verify(request(`${covered}&${sign(request(covered))}`));
  });

  it('covers the token of temporary credentials, which stands in the query and is signed as a header', () => {
    expect(() => verify(request(`${QUERY}&x-amz-security-token=t`))).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
    const asHeader = request('', { headers: { 'x-amz-security-token': 'token' } });
    expect(stringToSignV2(asHeader, '1')).toContain('\nx-amz-security-token:token\n/johnsmith');
    const query = sign(asHeader);
    verify(request(`${query}&x-amz-security-token=token`));
    expect(() => verify(request(`${query}&x-amz-security-token=other`))).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
    expect(() => verify(request(`${query}&x-amz-security-token=other`, { headers: { 'x-amz-security-token': 'token' } }))).toThrow();
  });

  it('refuses a partial signature', () => {
    for (const query of ['AWSAccessKeyId=a', 'Signature=a', 'AWSAccessKeyId=a&Signature=b', 'AWSAccessKeyId=a&Signature=b&Expires=x']) {
      expect(() => readPresignedV2(parseQuery(query))).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
    }
    expect(readPresignedV2(parseQuery('prefix=a'))).toBeUndefined();
  });
});
