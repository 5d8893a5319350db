import { describe, expect, it } from '@jest/globals';
import { formatContentRange, parseByteRange, rangeNotSatisfiable } from './byte-range.js';
import { failedCondition, formatEtag, ifRangeHolds, parseEtagList, readConditions } from './etags.js';
import { OCI_HEADERS } from './oci-headers.js';
import { formatWarnings } from './warnings.js';

const DIGEST = `sha256:${'a0'.repeat(32)}`;

describe('parseByteRange', () => {
  // The ranges of the conformance suite, over 2,048 bytes.
  it.each([
    ['bytes=500-1499', 500, 1000],
    ['bytes=500-', 500, 1548],
    ['bytes=-500', 1548, 500],
    ['bytes=2000-5000', 2000, 48],
    ['bytes=0-0', 0, 1],
    ['bytes=-5000', 0, 2048],
    ['BYTES= 1-2 ', 1, 2],
    [`bytes=0-${'9'.repeat(16)}`, 0, 2048],
  ])('%s', (value, offset, length) => {
    expect(parseByteRange(value, 2048)).toEqual({ offset, length });
  });

  it.each(['bytes=500-0', 'bytes=5000-10000', 'bytes=2048-', 'bytes=-0'])('%s cannot be satisfied', (value) => {
    expect(parseByteRange(value, 2048)).toBe('unsatisfiable');
  });

  it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=0-1,5-9', 'items=0-1', 'bytes=a-b', 'bytes 0-1', '0-1', `bytes=${'0'.repeat(200)}-1`])('%j is ignored', (value) => {
    expect(parseByteRange(value, 2048)).toBeUndefined();
  });

  it('has nothing to give of an empty blob', () => {
    expect(parseByteRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(parseByteRange('bytes=-1', 0)).toBe('unsatisfiable');
  });

  it('is told back', () => {
    expect(formatContentRange({ offset: 500, length: 1000 }, 2048)).toBe('bytes 500-1499/2048');
    expect(rangeNotSatisfiable(2048)).toMatchObject({ code: 'RANGE_INVALID', status: 416, headers: { 'content-range': 'bytes */2048' } });
  });
});

describe('etags', () => {
  it.each<[string, 'strong' | 'weak', object | string]>([
    [`"${DIGEST}"`, 'strong', [DIGEST]],
    [DIGEST, 'strong', [DIGEST]],
    [` "a" , W/"b",c`, 'weak', ['a', 'b', 'c']],
    [`"a", W/"b"`, 'strong', ['a']],
    ['*', 'strong', '*'],
    ['"a", *', 'weak', '*'],
    ['"*"', 'weak', ['*']],
    ['', 'weak', []],
    [',,""', 'weak', []],
    ['"a'.padEnd(9000, 'a'), 'weak', []],
  ])('%j %s lists %j', (value, comparison, expected) => {
    expect(parseEtagList(value, comparison)).toEqual(expected);
  });

  it('are not read without end', () => {
    expect(parseEtagList('a,'.repeat(4000), 'weak')).toHaveLength(100);
  });

  it.each<[string | undefined, string | undefined, string | undefined, string | undefined]>([
    [undefined, undefined, DIGEST, undefined],
    [DIGEST, undefined, DIGEST, undefined],
    ['*', undefined, DIGEST, undefined],
    ['*', undefined, undefined, 'ifMatch'],
    ['"other"', undefined, DIGEST, 'ifMatch'],
    [`W/"${DIGEST}"`, undefined, DIGEST, 'ifMatch'],
    [undefined, `W/"${DIGEST}"`, DIGEST, 'ifNoneMatch'],
    [undefined, '*', DIGEST, 'ifNoneMatch'],
    [undefined, '*', undefined, undefined],
    [undefined, '"other"', DIGEST, undefined],
    ['"other"', formatEtag(DIGEST), DIGEST, 'ifMatch'],
    ['', undefined, DIGEST, 'ifMatch'],
  ])('If-Match %j and If-None-Match %j of %j: %j', (match, noneMatch, digest, expected) => {
    const conditions = readConditions({ 'if-match': match, 'if-none-match': noneMatch });
    expect(failedCondition(conditions, digest)).toBe(expected);
  });

  it('allow a range', () => {
    expect(ifRangeHolds(undefined, DIGEST)).toBe(true);
    expect(ifRangeHolds(formatEtag(DIGEST), DIGEST)).toBe(true);
    expect(ifRangeHolds(`W/${formatEtag(DIGEST)}`, DIGEST)).toBe(false);
    expect(ifRangeHolds('Tue, 15 Nov 1994 08:12:31 GMT', DIGEST)).toBe(false);
  });
});

describe('formatWarnings', () => {
  it('knows one form', () => {
    expect(formatWarnings(['old "x" \\', 'ä\r\nSet-Cookie: a'])).toEqual(['299 - "old \\"x\\" \\\\"', '299 - "???Set-Cookie: a"']);
  });
  it('ends at 4,096 bytes', () => {
    const values = formatWarnings(['a'.repeat(4000), 'b'.repeat(1000), 'c'.repeat(50), 'd'.repeat(4097)]);
    expect(values.map((value) => value.length)).toEqual([4008, 58]);
  });
});

it('headers are in lower case', () => {
  for (const name of Object.values(OCI_HEADERS)) expect(name).toBe(name.toLowerCase());
});
