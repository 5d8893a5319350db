import { describe, expect, it } from '@jest/globals';
import { OciError } from '../errors/oci-error.js';
import { parseQuery } from '../target/query.js';
import { checkChunk, formatUploadRange, parseChunkRange } from './chunk-range.js';
import { readClosingDigest, readMount, readUploadStart } from './read-upload-start.js';

const HEX = 'a0'.repeat(32);
const SHA256 = `sha256:${HEX}`;
const SHA512 = `sha512:${HEX}${HEX}`;
const BLAKE3 = `blake3:${HEX}`;

function thrown(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof OciError) return `${error.code} ${error.status}`;
    throw error;
  }
  return 'fine';
}

describe('parseChunkRange', () => {
  it.each([
    ['0-99', 0, 100],
    ['0-0', 0, 1],
    [' 5-9 ', 5, 5],
    ['bytes 0-99/*', 0, 100],
    ['bytes 10-19/100', 10, 10],
    ['bytes=10-19', 10, 10],
    ['Bytes 10-19', 10, 10],
    ['0-9007199254740990', 0, 9_007_199_254_740_991],
  ])('%j', (value, offset, length) => {
    expect(parseChunkRange(value)).toEqual({ offset, length });
  });

  it.each(['', '-', '0-', '-9', '9-0', '0--1', 'a-b', '0-9,20-29', '0-9/', 'bytes */100', 'items 0-9', '0x0-0x9', '1e1-2e1', '0-9007199254740991', `0-${'9'.repeat(17)}`, '0-9 '.padEnd(100), '٠-٩'])(
    'refuses %j',
    (value) => {
      expect(parseChunkRange(value)).toBeUndefined();
    },
  );
});

describe('checkChunk', () => {
  it.each<[string | undefined, number | undefined, number, string]>([
    [undefined, 100, 50, 'fine'],
    [undefined, undefined, 0, 'fine'],
    ['0-99', 100, 0, 'fine'],
    ['50-99', 50, 50, 'fine'],
    ['50-99', undefined, 50, 'fine'],
    ['0-99', 0, 100, 'fine'],
    ['0-99', 100, 50, 'RANGE_INVALID 416'],
    ['51-99', 49, 50, 'RANGE_INVALID 416'],
    ['x', 1, 0, 'RANGE_INVALID 416'],
    ['0-99', 99, 0, 'SIZE_INVALID 400'],
  ])('%j of %j bytes behind %d is %s', (contentRange, contentLength, received, expected) => {
    expect(thrown(() => checkChunk({ contentRange, contentLength }, received))).toBe(expected);
  });

  it('tells where the upload stands', () => {
    expect(() => checkChunk({ contentRange: '0-9', contentLength: 10 }, 7)).toThrow(
      expect.objectContaining({ headers: { range: '0-6' }, detail: { received: 7 } }),
    );
  });
});

describe('formatUploadRange', () => {
  it.each([
    [0, '0-0'],
    [1, '0-0'],
    [2, '0-1'],
    [100, '0-99'],
  ])('%d bytes are %s', (received, expected) => {
    expect(formatUploadRange(received)).toBe(expected);
  });
});

describe('readUploadStart', () => {
  it.each<[string, object]>([
    ['', {}],
    ['digest=&mount=&from=&digest-algorithm=', {}],
    ['from=a', {}],
    [`digest=${SHA256}`, { digest: SHA256, algorithm: 'sha256' }],
    [`digest=${encodeURIComponent(SHA512)}`, { digest: SHA512, algorithm: 'sha512' }],
    ['digest-algorithm=sha512', { algorithm: 'sha512' }],
    [`digest-algorithm=sha512&digest=${SHA512}`, { digest: SHA512, algorithm: 'sha512' }],
    [`mount=${SHA256}`, { mount: { digest: SHA256 }, algorithm: 'sha256' }],
    [`mount=${SHA512}&from=a%2Fb`, { mount: { digest: SHA512, from: 'a/b' }, algorithm: 'sha512' }],
    [`mount=${SHA256}&from=`, { mount: { digest: SHA256 }, algorithm: 'sha256' }],
  ])('%j', (raw, expected) => {
    expect(readUploadStart(parseQuery(raw))).toEqual(expected);
  });

  it.each([
    ['digest=x', 'DIGEST_INVALID 400'],
    [`digest=${BLAKE3}`, 'DIGEST_INVALID 400'],
    ['digest-algorithm=md5', 'DIGEST_INVALID 400'],
    [`digest-algorithm=sha512&digest=${SHA256}`, 'DIGEST_INVALID 400'],
    ['mount=x&from=a', 'DIGEST_INVALID 400'],
    [`mount=${SHA256}&from=..%2Fa`, 'NAME_INVALID 400'],
    [`mount=${SHA256}&from=A`, 'NAME_INVALID 400'],
    [`mount=${SHA256}&mount=${SHA256}`, 'UNSUPPORTED 400'],
    [`mount=${SHA256}&from=a&from=b`, 'UNSUPPORTED 400'],
    [`digest=${SHA256}&digest=${SHA512}`, 'UNSUPPORTED 400'],
  ])('%j is %s', (raw, expected) => {
    expect(thrown(() => readUploadStart(parseQuery(raw)))).toBe(expected);
  });

  it('knows a mount by its digest', () => {
    expect(readMount(parseQuery('from=a'))).toBeUndefined();
  });
});

describe('readClosingDigest', () => {
  it('must be there', () => {
    expect(readClosingDigest(parseQuery(`digest=${SHA512}`))).toBe(SHA512);
    expect(thrown(() => readClosingDigest(parseQuery('')))).toBe('DIGEST_INVALID 400');
    expect(thrown(() => readClosingDigest(parseQuery('digest=')))).toBe('DIGEST_INVALID 400');
    expect(thrown(() => readClosingDigest(parseQuery('digest=a&digest=a')))).toBe('UNSUPPORTED 400');
  });
});
