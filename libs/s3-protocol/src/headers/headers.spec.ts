import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import type { S3Error } from '../errors/s3-error.js';
import { encodeKeyForListing } from '../listing/encode-key.js';
import { parseQuery } from '../target/query.js';
import { checkUnsupportedHeaders } from './unsupported-headers.js';
import { readContentHeaders, writeContentHeaders } from './content-headers.js';
import { readContentMd5 } from './content-md5.js';
import { parseCopySource, parseMetadataDirective } from './copy-source.js';
import { formatHttpDate, parseHttpDate } from './http-date.js';
import { formatContentRange, parseCopyRange, parseRange } from './range.js';
import { evaluateCopyConditions, evaluateReadConditions } from './read-conditions.js';
import { readResponseOverrides } from './response-overrides.js';
import { readStorageClass } from './storage-class.js';
import { readUserMetadata, writeUserMetadata } from './user-metadata.js';
import { readDeletePrecondition, readWritePrecondition } from './write-preconditions.js';

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return (error as S3Error).code;
  }
  return undefined;
}

describe('parseRange', () => {
  it.each([
    ['bytes=0-9', 100, { offset: 0, length: 10 }],
    ['bytes=90-', 100, { offset: 90, length: 10 }],
    ['bytes=-10', 100, { offset: 90, length: 10 }],
    ['bytes=-1000', 100, { offset: 0, length: 100 }],
    ['bytes=99-1000', 100, { offset: 99, length: 1 }],
    ['bytes=0-99999999999999999999', 100, { offset: 0, length: 100 }],
    ['bytes=100-', 100, 'unsatisfiable'],
    ['bytes=-0', 100, 'unsatisfiable'],
    ['bytes=0-0', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    ['bytes=9-0', 100, undefined],
    ['bytes=0-1,3-4', 100, undefined],
    ['bytes=-', 100, undefined],
    ['items=0-1', 100, undefined],
    ['bytes=a-b', 100, undefined],
    [undefined, 100, undefined],
  ])('%s of %d', (value, size, expected) => {
    expect(parseRange(value, size)).toEqual(expected);
  });
  it('formats what it read', () => {
    expect(formatContentRange({ offset: 5, length: 10 }, 100)).toBe('bytes 5-14/100');
  });
  it.each([
    ['bytes=0-9', { offset: 0, length: 10 }],
    ['bytes=0-10', 'unsatisfiable'],
    ['bytes=0-', undefined],
    ['bytes=-5', undefined],
    ['bytes=5-4', undefined],
  ])('copy range %s of 10', (value, expected) => {
    expect(parseCopyRange(value, 10)).toEqual(expected);
  });
});

describe('HTTP dates', () => {
  const time = Date.UTC(1994, 10, 6, 8, 49, 37);
  it.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '1994-11-06T08:49:37.000Z',
  ])('%s', (text) => {
    expect(parseHttpDate(text)).toBe(time);
  });
  it.each(['', 'yesterday', 'Sun, 31 Feb 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 24:00:00 GMT', '1994', undefined])(
    'no date: %s',
    (text) => {
      expect(parseHttpDate(text)).toBeUndefined();
    },
  );
  it('formats', () => {
    expect(formatHttpDate(time + 999)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  });
});

describe('read conditions', () => {
  const modifiedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const subject = { etag: 'e1', modifiedAt };
  const at = (seconds: number): string => formatHttpDate(modifiedAt + seconds * 1000);
  const now = modifiedAt + 3600_000;
  const table: [string, IncomingHttpHeaders, string][] = [
    ['none', {}, 'ok'],
    ['match', { 'if-match': '"e1"' }, 'ok'],
    ['match without quotes', { 'if-match': 'e1' }, 'ok'],
    ['match in a list', { 'if-match': '"x", "e1"' }, 'ok'],
    ['match anything', { 'if-match': '*' }, 'ok'],
    ['no match', { 'if-match': '"x"' }, 'precondition-failed'],
    ['none-match', { 'if-none-match': '"e1"' }, 'not-modified'],
    ['weak none-match', { 'if-none-match': 'W/"e1"' }, 'not-modified'],
    ['none-match anything', { 'if-none-match': '*' }, 'not-modified'],
    ['none-match other', { 'if-none-match': '"x"' }, 'ok'],
    ['modified since then', { 'if-modified-since': at(-1) }, 'ok'],
    ['not modified since its own second', { 'if-modified-since': at(0) }, 'not-modified'],
    ['modified since the future is ignored', { 'if-modified-since': at(7200) }, 'ok'],
    ['modified since nonsense is ignored', { 'if-modified-since': 'x' }, 'ok'],
    ['unmodified since its own second', { 'if-unmodified-since': at(0) }, 'ok'],
    ['modified after', { 'if-unmodified-since': at(-1) }, 'precondition-failed'],
    ['match overrides unmodified-since', { 'if-match': '"e1"', 'if-unmodified-since': at(-1) }, 'ok'],
    ['none-match overrides modified-since', { 'if-none-match': '"x"', 'if-modified-since': at(0) }, 'ok'],
    ['none-match fails though modified', { 'if-none-match': '"e1"', 'if-modified-since': at(-1) }, 'not-modified'],
    ['match before none-match', { 'if-match': '"x"', 'if-none-match': '"e1"' }, 'precondition-failed'],
  ];
  it.each(table)('%s', (_name, headers, expected) => {
    expect(evaluateReadConditions(headers, subject, now)).toBe(expected);
    const copied = Object.fromEntries(Object.entries(headers).map(([name, value]) => [`x-amz-copy-source-${name}`, value]));
    expect(evaluateCopyConditions(copied, subject, now)).toBe(expected === 'ok' ? 'ok' : 'precondition-failed');
  });
});

describe('write preconditions', () => {
  it('reads what is supported', () => {
    expect(readWritePrecondition({})).toBeUndefined();
    expect(readWritePrecondition({ 'if-none-match': '*' })).toEqual({ ifNoneMatch: ['*'] });
    expect(readWritePrecondition({ 'if-match': '"abc"' })).toEqual({ ifMatch: ['abc'] });
    expect(readWritePrecondition({ 'if-none-match': '"abc"' })).toEqual({ ifNoneMatch: ['abc'] });
    expect(readWritePrecondition({ 'if-match': '*' })).toEqual({ ifMatch: ['*'] });
    expect(readDeletePrecondition({ 'if-match': '*' })).toEqual({ ifMatch: ['*'] });
  });
  it.each<IncomingHttpHeaders>([
    { 'if-none-match': '"a","b"' },
    { 'if-match': '"*"' },
    { 'if-match': '' },
    { 'if-match': '"a","b"' },
    { 'if-match': '"a"', 'if-none-match': '*' },
    { 'if-modified-since': 'x' },
    { 'if-unmodified-since': 'x' },
  ])('refuses %j', (headers) => {
    expect(codeOf(() => readWritePrecondition(headers))).toBe('NotImplemented');
  });
  it('tells of two conditions as AWS does', () => {
    expect(() => readWritePrecondition({ 'if-match': '"a"', 'if-none-match': '*' })).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ Header: 'If-Match,If-None-Match' }) as unknown }),
    );
  });
  it('refuses conditions on size and time of a delete', () => {
    expect(codeOf(() => readDeletePrecondition({ 'x-amz-if-match-size': '1' }))).toBe('NotImplemented');
  });
});

describe('Content-MD5', () => {
  it('reads hex', () => {
    expect(readContentMd5({ 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' })).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(readContentMd5({})).toBeUndefined();
  });
  it.each(['', 'x', '1B2M2Y8AsgTpgAmY7PhCfg', '1B2M2Y8AsgTpgAmY7PhCfh==', 'd41d8cd98f00b204e9800998ecf8427e'])(
    'refuses %j',
    (text) => {
      expect(codeOf(() => readContentMd5({ 'content-md5': text }))).toBe('InvalidDigest');
    },
  );
});

describe('stored headers', () => {
  it('come back as they were, but for aws-chunked', () => {
    const stored = readContentHeaders({
      'content-type': 'text/plain; charset=x',
      'content-encoding': 'aws-chunked, gzip',
      'cache-control': 'no-cache',
      expires: 'never',
    });
    const answer: Record<string, string> = {};
    writeContentHeaders(stored, answer);
    expect(answer).toEqual({
      'content-type': 'text/plain; charset=x',
      'content-encoding': 'gzip',
      'cache-control': 'no-cache',
      expires: 'never',
    });
    expect(readContentHeaders({ 'content-encoding': 'aws-chunked' })).toEqual({});
  });
  it('have a default type', () => {
    const answer: Record<string, string> = {};
    writeContentHeaders({}, answer);
    expect(answer).toEqual({ 'content-type': 'binary/octet-stream' });
  });
});

describe('user metadata', () => {
  it('goes in and out, whatever it is called', () => {
    const headers = { 'x-amz-meta-a': 'b', 'x-amz-meta-__proto__': 'p', 'x-amz-meta-': 'e', 'x-amz-acl': 'private' };
    const metadata = readUserMetadata(JSON.parse(JSON.stringify(headers)) as IncomingHttpHeaders);
    const answer: Record<string, string> = {};
    writeUserMetadata(metadata, answer);
    expect(answer).toEqual({ 'x-amz-meta-a': 'b', 'x-amz-meta-__proto__': 'p', 'x-amz-meta-': 'e' });
  });
  it('is at most 2 KiB', () => {
    expect(codeOf(() => readUserMetadata({ 'x-amz-meta-ab': 'x'.repeat(2046) }))).toBeUndefined();
    expect(codeOf(() => readUserMetadata({ 'x-amz-meta-ab': 'x'.repeat(2047) }))).toBe('MetadataTooLarge');
  });
});

describe('storage class', () => {
  it('is known', () => {
    expect(readStorageClass({})).toBe('STANDARD');
    expect(readStorageClass({ 'x-amz-storage-class': 'GLACIER_IR' })).toBe('GLACIER_IR');
    expect(codeOf(() => readStorageClass({ 'x-amz-storage-class': 'COLD' }))).toBe('InvalidStorageClass');
  });
});

describe('response overrides', () => {
  const query = parseQuery('response-content-type=text%2Fhtml&response-expires=x&versionId=1');
  it('need a signature', () => {
    expect(readResponseOverrides(query, { signed: true })).toEqual({ 'content-type': 'text/html', expires: 'x' });
    expect(codeOf(() => readResponseOverrides(query, { signed: false }))).toBe('InvalidRequest');
    expect(readResponseOverrides(parseQuery('versionId=1'), { signed: false })).toBeUndefined();
  });
  it('cannot split the answer', () => {
    const split = parseQuery('response-content-type=a%0D%0Ab:c');
    expect(codeOf(() => readResponseOverrides(split, { signed: true }))).toBe('InvalidArgument');
  });
});

describe('copy source', () => {
  it.each([
    ['/bucket/key', { bucket: 'bucket', key: 'key' }],
    ['bucket/a/b+c%20d%2Be', { bucket: 'bucket', key: 'a/b+c d+e' }],
    ['%2Fbucket%2Fkey', { bucket: 'bucket', key: 'key' }],
    ['bucket//key', { bucket: 'bucket', key: '/key' }],
    ['bucket/what?', { bucket: 'bucket', key: 'what?' }],
    ['bucket/key?versionId=abc', { bucket: 'bucket', key: 'key', versionId: 'abc' }],
  ])('%s', (text, expected) => {
    expect(parseCopySource(text)).toEqual(expected);
  });
  it.each(['', '/', 'bucket', 'bucket/', '/BAD/key', 'bucket/%zz', 'bucket/k?versionId=', 'arn:aws:s3:::bucket/key'])(
    'refuses %j',
    (text) => {
      expect(codeOf(() => parseCopySource(text))).toBe('InvalidArgument');
    },
  );
  it('knows its directives', () => {
    expect(parseMetadataDirective(undefined)).toBe('COPY');
    expect(parseMetadataDirective('REPLACE')).toBe('REPLACE');
    expect(codeOf(() => parseMetadataDirective('replace'))).toBe('InvalidArgument');
  });
});

describe('unsupported headers', () => {
  it.each([
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-customer-key',
    'x-amz-copy-source-server-side-encryption-customer-key',
    'x-amz-object-lock-event-hold-duration-days',
    'x-amz-mfa',
  ])('%s is refused by name', (name) => {
    let thrown: S3Error | undefined;
    try {
      checkUnsupportedHeaders({ [name]: 'x' });
    } catch (error) {
      thrown = error as S3Error;
    }
    expect(thrown).toMatchObject({ code: 'NotImplemented', status: 501, fields: { Header: name } });
  });
  it('lets the others pass', () => {
    checkUnsupportedHeaders({
      'x-amz-meta-server-side-encryption': 'x', 'x-amz-date': 'x', 'x-amz-website-redirect-location': '/', host: 'h',
      'x-amz-tagging': 'a=b', 'x-amz-acl': 'public-read', 'x-amz-grant-read': 'id=a', 'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-bypass-governance-retention': 'true', 'x-amz-write-offset-bytes': '0', 'x-amz-object-ownership': 'ObjectWriter',
    });
  });
});

describe('encodeKeyForListing', () => {
  it.each([
    ['a/b-c_d.e~f', 'a/b-c_d.e~f'],
    ['foo+1 bar', 'foo%2B1%20bar'],
    ['test_file(3).png', 'test_file%283%29.png'],
    ['ä\u0001', '%C3%A4%01'],
  ])('%j', (key, expected) => {
    expect(encodeKeyForListing(key)).toBe(expected);
  });
});
