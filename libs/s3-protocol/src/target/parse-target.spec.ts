import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { checkBucketName, checkKey, isBucketName } from './check-names.js';
import { bucketFromHost, parseTarget, splitUrl } from './parse-target.js';
import { percentEncode } from './percent.js';
import { parseQuery } from './query.js';

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return (error as S3Error).code;
  }
  return undefined;
}

const parse = (rawUrl: string, host = 'localhost:9000') => {
  const { bucket, key, virtualHost } = parseTarget({ host, rawUrl, baseDomains: ['s3.example.com'] });
  return { bucket, key, virtualHost };
};

describe('parseTarget', () => {
  it.each([
    ['/', undefined, undefined],
    ['/bucket', 'bucket', undefined],
    ['/bucket/', 'bucket', undefined],
    ['/bucket/key', 'bucket', 'key'],
    ['/bucket/a+b', 'bucket', 'a+b'],
    ['/bucket/a%2Bb%20c', 'bucket', 'a+b c'],
    ['/bucket/a%2Fb', 'bucket', 'a/b'],
    ['/bucket//a', 'bucket', '/a'],
    ['/bucket/a//b/', 'bucket', 'a//b/'],
    ['/bucket/../x', 'bucket', '../x'],
    ['/bucket/./.', 'bucket', './.'],
    ['/bucket/%c3%a4%F0%9F%98%80', 'bucket', 'ä😀'],
    ['/bucket/%00', 'bucket', '\0'],
    ['/bucket/%EF%BB%BFx', 'bucket', '\uFEFFx'],
    ['/bucket/%2525', 'bucket', '%25'],
    ['//key', '', 'key'],
    ['http://any.host:1/bucket/key?x', 'bucket', 'key'],
  ])('path style %s', (url, bucket, key) => {
    expect(parse(url)).toEqual({ bucket, key, virtualHost: false });
  });

  it('takes bytes that were not escaped', () => {
    expect(parse(`/bucket/${Buffer.from('ä').toString('latin1')}`).key).toBe('ä');
  });

  it.each([
    ['/', undefined],
    ['/key', 'key'],
    ['//key', '/key'],
    ['/a/b/', 'a/b/'],
  ])('virtual-host style %s', (url, key) => {
    expect(parse(url, 'My.Bucket.s3.example.com:9000')).toEqual({ bucket: 'my.bucket', key, virtualHost: true });
  });

  it.each(['/b/%', '/b/%2', '/b/%zz', '/b/%ff', '/b/%c3', '/b/%ed%a0%80', '/b/%c0%af', '/b?x=%fe'])(
    'refuses %s',
    (url) => {
      expect(codeOf(() => parse(url))).toBe('InvalidURI');
    },
  );

  it('gives back any key that was encoded', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 500; round++) {
      const units = Array.from({ length: 1 + random(20) }, () => String.fromCodePoint(random(0xd800)));
      const key = units.join('');
      expect(parse(`/bucket/${percentEncode(key, random(2) === 0)}`).key).toBe(key);
    }
  });
});

describe('splitUrl', () => {
  it.each([
    ['/a?b?c', '/a', 'b?c'],
    ['http://h', '/', ''],
    ['http://h?q', '/', 'q'],
    ['/a?', '/a', ''],
  ])('%s', (url, rawPath, rawQuery) => {
    expect(splitUrl(url)).toEqual({ rawPath, rawQuery });
  });
});

describe('bucketFromHost', () => {
  const domains = ['example.com', 's3.example.com'];
  it.each([
    ['bucket.s3.example.com', 'bucket'],
    ['BUCKET.S3.EXAMPLE.COM.:80', 'bucket'],
    ['a.b.s3.example.com', 'a.b'],
    ['s3.example.com', undefined],
    ['example.com:9000', undefined],
    ['bucket.example.com', 'bucket'],
    ['xs3.example.com', 'xs3'],
    ['notexample.com', undefined],
    ['127.0.0.1:9000', undefined],
    ['[::1]:9000', undefined],
    ['[::1]', undefined],
    ['.s3.example.com', undefined],
  ])('%s', (host, bucket) => {
    // An empty label is no bucket of ours; the longest domain decides.
    expect(bucketFromHost(host, domains) || undefined).toBe(bucket);
  });
});

describe('parseQuery', () => {
  it('keeps order, decodes once, lets the first value win', () => {
    const query = parseQuery('a=1&b=%252F&&a=2&c&d=x%3Dy=z+w');
    expect(query.entries).toEqual([['a', '1'], ['b', '%2F'], ['a', '2'], ['c', ''], ['d', 'x=y=z w']]);
    expect(query.get('a')).toBe('1');
    expect(query.get('c')).toBe('');
    expect(query.has('e')).toBe(false);
    expect(query.get('constructor')).toBeUndefined();
    expect([...query.duplicates]).toEqual(['a']);
  });
});

describe('checkBucketName', () => {
  it.each(['abc', 'a-b.c', '1a1', 'a'.repeat(63), 'my-bucket', '1.2.3.4.5', 'a.1'])('takes %s', (name) => {
    checkBucketName(name);
  });
  it.each([
    '', 'ab', 'a'.repeat(64), 'Abc', 'a_b', '-ab', 'ab-', '.ab', 'ab.', 'a..b', '192.168.5.4', 'xn--abc', 'sthree-a',
    'amzn-s3-demo-a', 'abc-s3alias', 'abc--ol-s3', 'abc.mrap', 'abc--x-s3', 'abc--table-s3', 'a b', 'äbc', 'abc\n',
  ])('refuses %j', (name) => {
    expect(isBucketName(name)).toBe(false);
    expect(codeOf(() => checkBucketName(name))).toBe('InvalidBucketName');
  });
});

describe('checkKey', () => {
  it('takes 1,024 bytes and not one more', () => {
    checkKey('a'.repeat(1024));
    checkKey('ä'.repeat(512));
    for (const key of ['a'.repeat(1025), `${'ä'.repeat(512)}a`, '€'.repeat(342)]) {
      expect(codeOf(() => checkKey(key))).toBe('KeyTooLongError');
    }
  });
  it.each(['', '\ud800'])('refuses %j', (key) => {
    expect(codeOf(() => checkKey(key))).toBe('InvalidURI');
  });
});
