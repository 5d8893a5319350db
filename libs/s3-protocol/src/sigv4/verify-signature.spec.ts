import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { readSignature } from './read-signature.js';
import type { SignedRequestView } from './request.js';
import { presignUrl, signRequest } from './sign-request.js';
import { SigningKeyCache } from './signing-key.js';
import { verifySignature } from './verify-signature.js';

const CREDENTIAL = { accessKeyId: 'AKID', secret: 'secret', region: 'eu-central-1' };
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const options = (now = NOW, region = 'eu-central-1') => ({ now, region, keyCache: new SigningKeyCache() });

function errorOf(run: () => unknown): S3Error {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  throw new Error('nothing was thrown');
}

function signedGet(parts: Partial<SignedRequestView> = {}, headers: Record<string, string> = {}): SignedRequestView {
  const request = { method: 'GET', rawPath: '/b/k', rawQuery: '', ...parts };
  return { ...request, headers: signRequest({ ...request, host: 'h:9000', headers }, CREDENTIAL, NOW).headers };
}

function presigned(expiresIn = 60, headers: Record<string, string> = {}): SignedRequestView {
  const url = presignUrl({ method: 'GET', host: 'h', rawPath: '/b/k', headers }, CREDENTIAL, expiresIn, NOW);
  const [rawPath = '', rawQuery = ''] = url.split('?');
  return { method: 'GET', rawPath, rawQuery, headers: { host: 'h', ...headers } };
}

const verify = (view: SignedRequestView, how = options(), secret = 'secret') =>
  verifySignature(view, readSignature(view)!, secret, how);

describe('verifySignature: what holds', () => {
  it.each([
    ['plain', '/b/k', ''],
    ['escapes in lower case', '/b/%c3%a4', ''],
    ['escapes that were not needed', '/b/%61%7e', ''],
    ['characters that should have been escaped', "/b/a!'()*:@+,=", ''],
    ['dots and double slashes', '/b//../a/./', ''],
    ['a query out of order, with empty and repeated names', '/b', 'z=1&a=2&a=1&empty&b=%2f'],
    ['a plus in the query', '/b', 'prefix=a+b'],
    ['a query of lax characters', '/b', "prefix=a/b:c'*"],
  ])('%s', (_name, rawPath, rawQuery) => {
    expect(verify(signedGet({ rawPath, rawQuery })).scope.service).toBe('s3');
    expect(verify(signedGet({ rawPath, rawQuery })).seedSignature).toHaveLength(64);
  });

  it('an encoded slash, whether it was signed as slash or as escape', () => {
    const asSlash = signedGet({ rawPath: '/b/x/y' });
    verify({ ...asSlash, rawPath: '/b/x%2Fy' });
    verify(signedGet({ rawPath: '/b/x%2Fy' }));
  });

  it('values with folded spaces and repeated headers', () => {
    const view = signedGet({}, { 'x-amz-meta-a': 'one   two', 'x-amz-meta-b': 'x,y' });
    const headers = { ...view.headers, 'x-amz-meta-a': '  one two ', 'x-amz-meta-b': 'x, y' };
    const rawHeaders = ['X-Amz-Meta-B', 'x', 'X-Amz-Meta-B', ' y'];
    verify({ ...view, headers, rawHeaders });
  });

  it('15 minutes of skew both ways, and no more', () => {
    const limit = 15 * 60_000;
    for (const off of [limit, -limit]) verify(signedGet(), options(NOW + off));
    for (const off of [limit + 1, -limit - 1]) {
      const error = errorOf(() => verify(signedGet(), options(NOW + off)));
      expect(error).toMatchObject({ code: 'RequestTimeTooSkewed', status: 403 });
      expect(error.fields).toMatchObject({ RequestTime: '20260102T030405Z', MaxAllowedSkewMilliseconds: '900000' });
    }
  });
});

describe('verifySignature: what is refused', () => {
  it('a wrong secret, and the answer shows what was signed', () => {
    const error = errorOf(() => verify(signedGet(), options(), 'other'));
    expect(error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 });
    expect(error.fields['AWSAccessKeyId']).toBe('AKID');
    expect(error.fields['StringToSign']).toMatch(/^AWS4-HMAC-SHA256\n20260102T030405Z\n/);
    expect(error.fields['CanonicalRequest']).toMatch(/^GET\n\/b\/k\n/);
    expect(error.fields['CanonicalRequestBytes']).toMatch(/^47 45 54 0a/);
    expect(JSON.stringify(error.fields)).not.toContain('secret');
  });

  it.each([
    ['method', { method: 'PUT' }],
    ['path', { rawPath: '/b/k2' }],
    ['query', { rawQuery: 'versionId=1' }],
  ])('a changed %s', (_name, change) => {
    expect(errorOf(() => verify({ ...signedGet(), ...change })).code).toBe('SignatureDoesNotMatch');
  });

  it('a changed signed header or payload digest', () => {
    const view = signedGet({}, { 'content-type': 'text/plain' });
    for (const change of [{ 'content-type': 'text/html' }, { host: 'evil' }, { 'x-amz-content-sha256': 'a'.repeat(64) }]) {
      const error = errorOf(() => verify({ ...view, headers: { ...view.headers, ...change } }));
      expect(error.code).toBe('SignatureDoesNotMatch');
    }
  });

  it.each(['', 'zz', 'A'.repeat(64), '0'.repeat(63), '0'.repeat(65)])('a signature of the wrong shape: %j', (signature) => {
    const view = signedGet();
    const read = { ...readSignature(view)!, signature };
    expect(errorOf(() => verifySignature(view, read, 'secret', options())).code).toBe('SignatureDoesNotMatch');
  });

  it('an x-amz header that is not signed', () => {
    const view = signedGet();
    const headers = { ...view.headers, 'x-amz-acl': 'private', 'x-amz-meta-a': 'b' };
    const error = errorOf(() => verify({ ...view, headers }));
    expect(error).toMatchObject({
      code: 'AccessDenied',
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: 'x-amz-acl, x-amz-meta-a' },
    });
    const url = presigned();
    expect(errorOf(() => verify({ ...url, headers: { ...url.headers, 'x-amz-copy-source': '/o/k' } })).code).toBe(
      'AccessDenied',
    );
  });

  it('a host that is not signed', () => {
    const view = signedGet();
    const read = { ...readSignature(view)!, signedHeaders: ['x-amz-date'] };
    expect(errorOf(() => verifySignature(view, read, 'secret', options())).fields['HeadersNotSigned']).toBe('host');
  });

  it('another region, naming the right one', () => {
    expect(errorOf(() => verify(signedGet(), options(NOW, 'us-east-1')))).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      message: "The authorization header is malformed; the region 'eu-central-1' is wrong; expecting 'us-east-1'",
      fields: { Region: 'us-east-1' },
    });
    expect(errorOf(() => verify(presigned(), options(NOW, 'us-east-1'))).code).toBe('AuthorizationQueryParametersError');
  });

  it('another service', () => {
    const view = signedGet();
    const read = readSignature(view)!;
    const other = { ...read, scope: { ...read.scope, service: 'sts' } };
    expect(errorOf(() => verifySignature(view, other, 'secret', options())).code).toBe('AuthorizationHeaderMalformed');
  });
});

describe('verifySignature: presigned', () => {
  it('holds until its last second is over', () => {
    verify(presigned(), options(NOW + 59_999));
    expect(errorOf(() => verify(presigned(0), options(NOW))).code).toBe('AccessDenied');
    expect(errorOf(() => verify(presigned(), options(NOW + 60_000)))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
      fields: { 'X-Amz-Expires': '60', Expires: '2026-01-02T03:05:05Z' },
    });
  });

  it('is refused before its time', () => {
    expect(errorOf(() => verify(presigned(), options(NOW - 16 * 60_000))).message).toBe('Request is not yet valid');
  });

  it('binds every parameter', () => {
    const view = presigned();
    const longer = view.rawQuery.replace('X-Amz-Expires=60', 'X-Amz-Expires=600000');
    expect(errorOf(() => verify({ ...view, rawQuery: longer })).code).toBe('SignatureDoesNotMatch');
    const more = `${view.rawQuery}&response-content-type=text/html`;
    expect(errorOf(() => verify({ ...view, rawQuery: more })).code).toBe('SignatureDoesNotMatch');
  });

  it('with a signed header needs that header', () => {
    verify(presigned(60, { 'content-type': 'text/plain' }));
    const view = presigned(60, { 'content-type': 'text/plain' });
    expect(errorOf(() => verify({ ...view, headers: { host: 'h' } })).code).toBe('SignatureDoesNotMatch');
  });
});

describe('SigningKeyCache', () => {
  it('is bounded and drops what was longest unused', () => {
    const cache = new SigningKeyCache(2);
    const scope = { date: '20260102', region: 'r', service: 's3' };
    const first = cache.find('a', scope);
    cache.find('b', scope);
    expect(cache.find('a', scope)).toBe(first);
    cache.find('c', scope);
    expect(cache.size).toBe(2);
    expect(cache.find('a', scope)).toBe(first);
    expect(cache.find('b', { ...scope, date: '20260103' })).not.toEqual(cache.find('b', scope));
  });
});
