import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { readChecksumRequest } from '../headers/checksum-headers.js';
import { readContentHeaders } from '../headers/content-headers.js';
import { readUserMetadata } from '../headers/user-metadata.js';
import { SigningKeyCache } from '../sigv4/signing-key.js';
import { checkPostPolicy } from './check-post-policy.js';
import { parsePostPolicy } from './parse-post-policy.js';
import { postRedirect, readPostSuccess, renderPostResponse } from './post-answer.js';
import { PostFields, baseName } from './post-fields.js';
import { postFieldsToHeaders, postKey, postTagging } from './post-headers.js';
import { readPostSignature, verifyPostSignature } from './post-signature.js';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const CREDENTIAL = 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request';
const REDIRECT = 'http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html';
const SIGNED_AT = Date.UTC(2015, 11, 29);
const DAY = 86_400_000;

/** The worked example of the Amazon S3 API Reference, "Browser-Based Upload using HTTP POST". */
const POLICY = Buffer.from(
  [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    `    {"success_action_redirect": "${REDIRECT}"},`,
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    `    {"x-amz-credential": "${CREDENTIAL}"},`,
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n'),
).toString('base64');

const EXAMPLE: Record<string, string> = {
  key: 'user/user1/a.jpg',
  acl: 'public-read',
  success_action_redirect: REDIRECT,
  'Content-Type': 'image/jpeg',
  'x-amz-meta-uuid': '14365123651274',
  'x-amz-server-side-encryption': 'AES256',
  'X-Amz-Credential': CREDENTIAL,
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Date': '20151229T000000Z',
  'x-amz-meta-tag': '',
  Policy: POLICY,
  'X-Amz-Signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
};

const fieldsOf = (fields: Record<string, string>): PostFields => new PostFields(Object.entries(fields));
const without = (...names: string[]): PostFields =>
  new PostFields(Object.entries(EXAMPLE).filter(([name]) => !names.includes(name)));
const options = (now = SIGNED_AT) => ({ now, region: 'us-east-1', keyCache: new SigningKeyCache() });

function errorOf(run: () => unknown): S3Error | undefined {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  return undefined;
}

describe('signature of a form', () => {
  it('verifies the example of AWS', () => {
    const fields = fieldsOf(EXAMPLE);
    const signature = readPostSignature(fields);
    expect(signature).toMatchObject({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      scope: { date: '20151229', region: 'us-east-1', service: 's3' },
      signedAt: SIGNED_AT,
      policy: POLICY,
      sessionToken: undefined,
    });
    for (const now of [SIGNED_AT - 15 * 60_000, SIGNED_AT, SIGNED_AT + 7 * DAY]) {
      verifyPostSignature(signature!, POLICY, SECRET, options(now));
    }
    checkPostPolicy(parsePostPolicy(POLICY), fields, { bucket: 'sigv4examplebucket', now: SIGNED_AT });
  });

  it('refuses another policy, secret, signature or time', () => {
    const signature = readPostSignature(fieldsOf(EXAMPLE))!;
    const verify = (change: object, policy = POLICY, secret = SECRET, now = SIGNED_AT) =>
      errorOf(() => verifyPostSignature({ ...signature, ...change }, policy, secret, options(now)));
    expect(verify({}, `${POLICY}=`)).toMatchObject({
      code: 'SignatureDoesNotMatch',
      fields: { AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE', StringToSign: `${POLICY}=`, SignatureProvided: signature.signature },
    });
    expect(verify({}, POLICY, 'other')?.code).toBe('SignatureDoesNotMatch');
    for (const given of ['', '0'.repeat(64), signature.signature.toUpperCase(), `${signature.signature}0`]) {
      expect(verify({ signature: given })?.code).toBe('SignatureDoesNotMatch');
    }
    expect(verify({}, POLICY, SECRET, SIGNED_AT - 15 * 60_000 - 1)).toMatchObject({ code: 'AccessDenied', message: 'Request is not yet valid' });
    expect(verify({}, POLICY, SECRET, SIGNED_AT + 7 * DAY + 1)).toMatchObject({ code: 'AccessDenied', message: 'Request has expired' });
    expect(verify({ scope: { ...signature.scope, region: 'eu-west-1' } })).toMatchObject({
      code: 'InvalidArgument',
      message: "the region 'eu-west-1' is wrong; expecting 'us-east-1'",
      fields: { ArgumentName: 'x-amz-credential', ArgumentValue: CREDENTIAL },
    });
    expect(verify({ scope: { ...signature.scope, service: 'sts' } })?.message).toContain('incorrect service "sts"');
  });

  it('is absent from an anonymous form, which may have a policy', () => {
    expect(readPostSignature(fieldsOf({ key: 'k' }))).toBeUndefined();
    expect(readPostSignature(fieldsOf({ key: 'k', policy: POLICY, 'x-amz-date': 'x' }))).toBeUndefined();
  });

  it.each([
    [['X-Amz-Signature'], 'X-Amz-Signature'],
    [['X-Amz-Algorithm', 'X-Amz-Credential'], 'X-Amz-Algorithm'],
    [['X-Amz-Credential'], 'X-Amz-Credential'],
    [['X-Amz-Date'], 'X-Amz-Date'],
    [['Policy'], 'Policy'],
  ])('misses %j', (names, missing) => {
    expect(errorOf(() => readPostSignature(without(...names)))).toMatchObject({
      code: 'InvalidArgument',
      message: `Bucket POST must contain a field named '${missing}'.  If it is specified, please check the order of the fields.`,
      fields: { ArgumentName: missing, ArgumentValue: '' },
    });
  });

  it.each([
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA1'],
    ['X-Amz-Credential', 'AKID/20151229/us-east-1/s3'],
    ['X-Amz-Credential', 'AKID/20151229/us-east-1/s3/aws4'],
    ['X-Amz-Credential', 'AKID/2015/us-east-1/s3/aws4_request'],
    ['X-Amz-Credential', 'AKID/20151228/us-east-1/s3/aws4_request'],
    ['X-Amz-Date', '2015-12-29T00:00:00Z'],
    ['X-Amz-Date', '20151332T000000Z'],
  ])('refuses %s: %s', (name, value) => {
    expect(errorOf(() => readPostSignature(fieldsOf({ ...EXAMPLE, [name]: value })))?.code).toBe('InvalidArgument');
  });

  it('refuses forms of Signature Version 2', () => {
    const form = { key: 'k', AWSAccessKeyId: 'AKID', signature: 'c2lnbmF0dXJl', policy: POLICY };
    expect(errorOf(() => readPostSignature(fieldsOf(form)))?.code).toBe('InvalidRequest');
  });
});

describe('fields as headers', () => {
  it('work with the readers of headers', () => {
    const headers = postFieldsToHeaders(
      fieldsOf({
        ...EXAMPLE,
        'Cache-Control': 'no-cache',
        'x-amz-checksum-crc32': 'AAAAAA==',
        'x-amz-meta-text': 'ü',
        'x-amz-meta-__proto__': 'p',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        host: 'h',
        authorization: 'a',
        __proto__x: 'x',
      }),
    );
    expect(Object.keys(headers).sort()).toEqual([
      'cache-control', 'content-type', 'x-amz-acl', 'x-amz-checksum-crc32', 'x-amz-meta-__proto__', 'x-amz-meta-tag',
      'x-amz-meta-text', 'x-amz-meta-uuid', 'x-amz-server-side-encryption',
    ]);
    expect(headers['x-amz-acl']).toBe('public-read');
    expect(readContentHeaders(headers)).toEqual({ contentType: 'image/jpeg', cacheControl: 'no-cache' });
    expect(readChecksumRequest(headers)).toMatchObject({ algorithm: 'CRC32', value: 'AAAAAA==' });
    const metadata = readUserMetadata(headers);
    expect(Buffer.from(metadata['text'] ?? '', 'latin1').toString()).toBe('ü');
  });

  it('refuse what no answer could repeat', () => {
    for (const value of ['a\r\nb: c', '\u0000', '\u007f']) {
      expect(errorOf(() => postFieldsToHeaders(fieldsOf({ 'x-amz-meta-a': value })))?.code).toBe('InvalidArgument');
      expect(postFieldsToHeaders(fieldsOf({ submit: value }))).toEqual({});
    }
  });

  it('have tags as a document', () => {
    const tagging = '<Tagging><TagSet><Tag><Key>ä</Key><Value>v</Value></Tag></TagSet></Tagging>';
    expect(postTagging(fieldsOf({ tagging }))).toEqual({ ä: 'v' });
    expect(postTagging(fieldsOf({}))).toBeUndefined();
    for (const text of ['not-xml', '<Other/>']) expect(errorOf(() => postTagging(fieldsOf({ tagging: text })))?.code).toBe('MalformedXML');
  });

  it('have a key', () => {
    expect(postKey(fieldsOf({ Key: 'a/b' }))).toBe('a/b');
    for (const fields of [fieldsOf({}), fieldsOf({ key: '' })]) {
      expect(errorOf(() => postKey(fields))).toMatchObject({ code: 'InvalidArgument', fields: { ArgumentName: 'key' } });
    }
    expect(errorOf(() => postKey(fieldsOf({ key: 'x'.repeat(1025) })))?.code).toBe('KeyTooLongError');
  });

  it('take the name of a file without its path', () => {
    for (const path of ['f.txt', 'C:\\Program Files\\directory1\\f.txt', '/a/b/f.txt', 'a\\b/f.txt']) expect(baseName(path)).toBe('f.txt');
    expect(baseName('a/')).toBe('');
  });
});

describe('answers', () => {
  it.each([
    [{}, { status: 204 }],
    [{ success_action_status: '200' }, { status: 200 }],
    [{ success_action_status: '201' }, { status: 201 }],
    [{ success_action_status: '404' }, { status: 204 }],
    [{ success_action_redirect: 'http://a.b/c?d#e', success_action_status: '201' }, { redirect: 'http://a.b/c?d#e' }],
    [{ redirect: 'https://a.b' }, { redirect: 'https://a.b/' }],
    [{ success_action_redirect: '/relative', success_action_status: '200' }, { status: 200 }],
    [{ success_action_redirect: 'javascript:alert(1)' }, { status: 204 }],
    [{ success_action_redirect: 'http://a.b/\r\nSet-Cookie: x' }, { redirect: 'http://a.b/Set-Cookie:%20x' }],
    [{ success_action_redirect: '' }, { status: 204 }],
  ])('%j', (fields, expected) => {
    expect(readPostSuccess(fieldsOf(fields as Record<string, string>))).toEqual(expected);
  });

  it('redirect with what was stored', () => {
    const posted = { bucket: 'b', key: 'a/b c', etag: 'e' };
    expect(postRedirect('http://h/p', posted)).toBe('http://h/p?bucket=b&key=a%2Fb%20c&etag=%22e%22');
    expect(postRedirect('http://h/p?q=1#f', posted)).toBe('http://h/p?q=1&bucket=b&key=a%2Fb%20c&etag=%22e%22#f');
  });

  it('show what was stored', () => {
    expect(renderPostResponse({ location: 'http://h/b/a%26b', bucket: 'b', key: 'a&b', etag: 'e' })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>http://h/b/a%26b</Location><Bucket>b</Bucket><Key>a&amp;b</Key><ETag>&quot;e&quot;</ETag></PostResponse>',
    );
  });
});
