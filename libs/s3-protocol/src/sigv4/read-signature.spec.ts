import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { readSignature } from './read-signature.js';
import type { SignedRequestView } from './request.js';

const AUTH = `AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'a'.repeat(64)}`;
const QUERY = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260102%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=${'a'.repeat(64)}`;

function view(headers: Record<string, string | undefined>, rawQuery = '', rawHeaders?: string[]): SignedRequestView {
  return { method: 'GET', rawPath: '/', rawQuery, headers, rawHeaders };
}

function headerForm(change: Record<string, string | undefined> = {}): SignedRequestView {
  return view({
    host: 'h',
    authorization: AUTH,
    'x-amz-date': '20260102T030405Z',
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    ...change,
  });
}

function errorOf(request: SignedRequestView): S3Error {
  try {
    readSignature(request);
  } catch (error) {
    return error as S3Error;
  }
  throw new Error('nothing was thrown');
}

describe('readSignature: header form', () => {
  it('reads all of it', () => {
    expect(readSignature(headerForm({ 'x-amz-security-token': 'token' }))).toEqual({
      form: 'header',
      accessKeyId: 'AKID',
      scope: { date: '20260102', region: 'us-east-1', service: 's3' },
      signedHeaders: ['host', 'x-amz-date'],
      signature: 'a'.repeat(64),
      timestamp: '20260102T030405Z',
      signedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      payloadHash: { kind: 'unsigned' },
      payloadHashText: 'UNSIGNED-PAYLOAD',
      sessionToken: 'token',
    });
  });

  it('takes the Date header where there is no x-amz-date', () => {
    const read = readSignature(headerForm({ 'x-amz-date': undefined, date: 'Fri, 02 Jan 2026 03:04:05 GMT' }));
    expect(read?.timestamp).toBe('20260102T030405Z');
  });

  it('takes access-key ids with slashes and lists without spaces', () => {
    const authorization = AUTH.replaceAll(', ', ',').replace('AKID', 'a/b');
    expect(readSignature(headerForm({ authorization }))?.accessKeyId).toBe('a/b');
  });

  it.each([
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { kind: 'chunked', framing: 'signed' }],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { kind: 'chunked', framing: 'signed-trailer' }],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { kind: 'chunked', framing: 'unsigned-trailer' }],
    ['b'.repeat(64), { kind: 'digest', sha256: 'b'.repeat(64) }],
  ])('payload %s', (text, expected) => {
    expect(readSignature(headerForm({ 'x-amz-content-sha256': text }))?.payloadHash).toEqual(expected);
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ['Signature Version 2', { authorization: 'AWS AKID:sig' }, 'InvalidRequest'],
    ['another AWS mechanism', { authorization: 'AWS4-ECDSA-P256-SHA256 Credential=x' }, 'InvalidRequest'],
    ['another mechanism', { authorization: 'Basic abc' }, 'InvalidArgument'],
    ['no components', { authorization: 'AWS4-HMAC-SHA256 ' }, 'AuthorizationHeaderMalformed'],
    ['no signature', { authorization: AUTH.replace(/, Signature.*/, '') }, 'AuthorizationHeaderMalformed'],
    ['an empty signature', { authorization: AUTH.replace(/a{64}/, '') }, 'AuthorizationHeaderMalformed'],
    ['a component twice', { authorization: `${AUTH}, Signature=b` }, 'AuthorizationHeaderMalformed'],
    ['a fourth component', { authorization: `${AUTH}, Other=b` }, 'AuthorizationHeaderMalformed'],
    ['a short credential', { authorization: AUTH.replace('/s3', '') }, 'AuthorizationHeaderMalformed'],
    ['no key id', { authorization: AUTH.replace('AKID', '') }, 'AuthorizationHeaderMalformed'],
    ['a wrong terminal', { authorization: AUTH.replace('aws4_request', 'aws5') }, 'AuthorizationHeaderMalformed'],
    ['a bad scope date', { authorization: AUTH.replace('20260102', '2026-1-2') }, 'AuthorizationHeaderMalformed'],
    ['a scope of another day', { authorization: AUTH.replace('20260102', '20260103') }, 'AuthorizationHeaderMalformed'],
    ['an empty signed header', { authorization: AUTH.replace('host;', ';') }, 'AuthorizationHeaderMalformed'],
    ['no date', { 'x-amz-date': undefined }, 'AccessDenied'],
    ['a date that is none', { 'x-amz-date': '20260231T030405Z' }, 'AccessDenied'],
    ['no payload hash', { 'x-amz-content-sha256': undefined }, 'InvalidRequest'],
    ['an unknown payload hash', { 'x-amz-content-sha256': 'toString' }, 'InvalidArgument'],
    ['an upper-case payload hash', { 'x-amz-content-sha256': 'B'.repeat(64) }, 'InvalidArgument'],
  ])('refuses %s', (_name, change, code) => {
    expect(errorOf(headerForm(change)).code).toBe(code);
  });

  it('refuses two Authorization headers', () => {
    const { headers } = headerForm();
    const rawHeaders = ['Authorization', AUTH, 'authorization', AUTH];
    expect(errorOf({ ...headerForm(), headers, rawHeaders }).code).toBe('InvalidArgument');
  });

  it('refuses header and query form at once', () => {
    expect(errorOf({ ...headerForm(), rawQuery: QUERY }).code).toBe('InvalidArgument');
  });

  it('does not repeat a credential of another mechanism', () => {
    expect(JSON.stringify(errorOf(headerForm({ authorization: 'Bearer hush' })))).not.toContain('hush');
  });
});

describe('readSignature: query form', () => {
  it('reads all of it', () => {
    expect(readSignature(view({ host: 'h' }, `${QUERY}&X-Amz-Security-Token=to%2Bken`))).toMatchObject({
      form: 'query',
      accessKeyId: 'AKID',
      signedHeaders: ['host'],
      expiresIn: 60,
      payloadHash: { kind: 'unsigned' },
      sessionToken: 'to+ken',
    });
  });

  it('takes the payload hash from the query', () => {
    const read = readSignature(view({ host: 'h' }, `${QUERY}&X-Amz-Content-Sha256=${'c'.repeat(64)}`));
    expect(read?.payloadHash).toEqual({ kind: 'digest', sha256: 'c'.repeat(64) });
  });

  it.each([
    ['a missing parameter', QUERY.replace(/&X-Amz-Date=[^&]*/, '')],
    ['an empty parameter', QUERY.replace(/X-Amz-SignedHeaders=host/, 'X-Amz-SignedHeaders=')],
    ['a parameter twice', `${QUERY}&X-Amz-Expires=61`],
    ['another algorithm', QUERY.replace('HMAC-SHA256', 'HMAC-SHA1')],
    ['a bad credential', QUERY.replace('%2Faws4_request', '')],
    ['a bad date', QUERY.replace('20260102T030405Z', '2026-01-02T03:04:05Z')],
    ['expiry below zero', QUERY.replace('Expires=60', 'Expires=-1')],
    ['expiry above a week', QUERY.replace('Expires=60', 'Expires=604801')],
    ['expiry that is no number', QUERY.replace('Expires=60', 'Expires=1e3')],
  ])('refuses %s', (_name, query) => {
    expect(errorOf(view({ host: 'h' }, query)).code).toBe('AuthorizationQueryParametersError');
  });

  it('takes a week', () => {
    expect(readSignature(view({ host: 'h' }, QUERY.replace('Expires=60', 'Expires=604800')))?.expiresIn).toBe(604_800);
    expect(readSignature(view({ host: 'h' }, QUERY.replace('Expires=60', 'Expires=0')))?.expiresIn).toBe(0);
  });

  it('refuses presigned Signature Version 2', () => {
    expect(errorOf(view({ host: 'h' }, 'AWSAccessKeyId=A&Expires=1&Signature=x')).code).toBe('InvalidRequest');
  });
});

describe('readSignature: anonymous', () => {
  it.each(['', 'list-type=2&prefix=a%20b', 'uploads'])('query %j', (query) => {
    expect(readSignature(view({ host: 'h' }, query))).toBeUndefined();
  });
});
