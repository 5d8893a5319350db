import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import type { S3Error } from '../errors/s3-error.js';
import { parseXml } from '../xml/parse-xml.js';
import { renderObjectAttributes } from '../xml/render-object-attributes.js';
import { OBJECT_ATTRIBUTE_NAMES, readAttributesRequest } from './object-attributes.js';
import { readRenameRequest } from './rename-headers.js';
import { readWriteOffset } from './write-offset.js';

function errorOf(run: () => unknown): S3Error | undefined {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  return undefined;
}

describe('readAttributesRequest', () => {
  const read = (attributes: string | string[] | undefined, more: IncomingHttpHeaders = {}) =>
    readAttributesRequest({ 'x-amz-object-attributes': attributes, ...more });
  it('reads names however they are spaced, and numbers', () => {
    expect(read('ETag').wanted).toEqual(new Set(['ETag']));
    expect(read(' ETag ,Checksum,ETag').wanted).toEqual(new Set(['ETag', 'Checksum']));
    expect(read(['ETag,ObjectSize', 'StorageClass']).wanted).toEqual(new Set(['ETag', 'ObjectSize', 'StorageClass']));
    expect(read(OBJECT_ATTRIBUTE_NAMES.join(', ')).wanted.size).toBe(5);
    expect(read('ETag')).toMatchObject({ maxParts: 1000, partNumberMarker: 0 });
    expect(read('ETag', { 'x-amz-max-parts': '5', 'x-amz-part-number-marker': '2147483647' })).toMatchObject({
      maxParts: 5,
      partNumberMarker: 2_147_483_647,
    });
    expect(read('ETag', { 'x-amz-max-parts': '10000' }).maxParts).toBe(1000);
    expect(read('ETag', { 'x-amz-max-parts': '0' }).maxParts).toBe(0);
  });
  it.each([undefined, '', ' '])('needs a name: %j', (attributes) => {
    expect(errorOf(() => read(attributes))?.code).toBe('InvalidRequest');
  });
  it.each(['etag', 'ETag,', 'ETag,Owner', '__proto__'])('refuses %j', (attributes) => {
    expect(errorOf(() => read(attributes))).toMatchObject({ code: 'InvalidArgument', message: 'Invalid attribute name specified.' });
  });
  it.each(['', '-1', '1.5', 'a', '2147483648', '9'.repeat(400)])('refuses %j parts', (text) => {
    expect(errorOf(() => read('ETag', { 'x-amz-max-parts': text }))?.code).toBe('InvalidArgument');
    expect(errorOf(() => read('ETag', { 'x-amz-part-number-marker': text }))?.code).toBe('InvalidArgument');
  });
});

describe('renderObjectAttributes', () => {
  const names = (text: string): string[] => parseXml(Buffer.from(text)).children.map(({ name }) => name);
  const checksum = { algorithm: 'CRC32', type: 'COMPOSITE', value: 'AAAAAA==-2' } as const;
  it('has the order of AWS', () => {
    const text = renderObjectAttributes({ size: 7, storageClass: 'STANDARD', parts: { total: 2 }, checksum, etag: 'e-2' });
    expect(names(text)).toEqual(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);
    expect(text).toContain('<ETag>e-2</ETag><Checksum><ChecksumCRC32>AAAAAA==-2</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType></Checksum><ObjectParts><PartsCount>2</PartsCount></ObjectParts>');
    expect(names(renderObjectAttributes({}))).toEqual([]);
    expect(renderObjectAttributes({ size: 0 })).toContain('<ObjectSize>0</ObjectSize>');
  });
  it('shows parts', () => {
    const part = { number: 1, size: 5, checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } as const };
    const page = { partNumberMarker: 0, nextPartNumberMarker: 1, maxParts: 1, isTruncated: true, parts: [part] };
    expect(renderObjectAttributes({ parts: { total: 2, page } })).toContain(
      '<ObjectParts><IsTruncated>true</IsTruncated><MaxParts>1</MaxParts><NextPartNumberMarker>1</NextPartNumberMarker><PartNumberMarker>0</PartNumberMarker><Part><ChecksumCRC32>AAAAAA==</ChecksumCRC32><PartNumber>1</PartNumber><Size>5</Size></Part><PartsCount>2</PartsCount></ObjectParts>',
    );
  });
});

describe('readRenameRequest', () => {
  const read = (headers: IncomingHttpHeaders) => readRenameRequest(headers, 'bucket');
  it.each([
    ['/key', { key: 'key' }],
    ['key', { key: 'key' }],
    ['folder/key', { key: 'folder/key' }],
    ['/bucket/key', { bucket: 'bucket', key: 'key' }],
    ['bucket/a/b%20c+d', { bucket: 'bucket', key: 'a/b c+d' }],
    ['%2Fbucket%2Fkey', { bucket: 'bucket', key: 'key' }],
    ['//key', { key: '/key' }],
    ['/bucket', { key: 'bucket' }],
    ['/bucketkey/x', { key: 'bucketkey/x' }],
  ])('%s', (text, source) => {
    expect(read({ 'x-amz-rename-source': text }).source).toEqual(source);
  });
  it.each(['', '/', '/bucket/', '%zz', '%ff'])('refuses %j', (text) => {
    expect(errorOf(() => read({ 'x-amz-rename-source': text }))?.code).toBe('InvalidArgument');
  });
  it('needs a source', () => {
    expect(errorOf(() => read({}))?.code).toBe('InvalidRequest');
  });
  it('reads token and conditions', () => {
    expect(
      read({
        'x-amz-rename-source': '/key',
        'x-amz-client-token': '!'.repeat(64),
        'if-none-match': '*',
        'x-amz-rename-source-if-match': '"e"',
        'x-amz-rename-source-if-none-match': '*',
      }),
    ).toEqual({
      source: { key: 'key' },
      token: '!'.repeat(64),
      precondition: { ifNoneMatch: ['*'] },
      sourcePrecondition: { ifMatch: ['e'], ifNoneMatch: ['*'] },
    });
    expect(read({ 'x-amz-rename-source': '/key', 'if-match': 'e' })).toMatchObject({ precondition: { ifMatch: ['e'] } });
  });
  it.each<[string, string, string]>([
    ['x-amz-client-token', '', 'InvalidArgument'],
    ['x-amz-client-token', '!'.repeat(65), 'InvalidArgument'],
    ['x-amz-client-token', 'a b', 'InvalidArgument'],
    ['x-amz-client-token', 'ä', 'InvalidArgument'],
    ['x-amz-rename-source-if-modified-since', 'x', 'NotImplemented'],
    ['x-amz-rename-source-if-unmodified-since', 'x', 'NotImplemented'],
    ['if-modified-since', 'x', 'NotImplemented'],
    ['if-none-match', '"e","f"', 'NotImplemented'],
  ])('refuses %s: %j', (name, value, code) => {
    expect(errorOf(() => read({ 'x-amz-rename-source': '/key', [name]: value }))?.code).toBe(code);
  });
});

describe('readWriteOffset', () => {
  const read = (text?: string) => readWriteOffset({ 'x-amz-write-offset-bytes': text });
  it('is a whole number', () => {
    expect(read()).toBeUndefined();
    expect(read('0')).toBe(0);
    expect(read('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ['', '-1', '1.0', '0x1', 'a', '9007199254740992', '9'.repeat(300)]) {
      expect(errorOf(() => read(text))?.code).toBe('InvalidArgument');
    }
  });
});
