import { describe, expect, it } from '@jest/globals';
import type { OciError } from '../errors/oci-error.js';
import { classifyDigest, digestAlgorithm, digestHex, digestOf, formatDigest, isDigest, parseDigest } from './digest.js';
import { baseMediaType, isMediaType } from './media-type.js';
import { checkRepositoryName, checkTag, classifyReference, isRepositoryName, isTag } from './names.js';

const HEX = 'a0'.repeat(32);
const SHA256 = `sha256:${HEX}`;
const SHA512 = `sha512:${HEX}${HEX}`;

function thrown(run: () => unknown): Partial<OciError> {
  try {
    run();
  } catch (error) {
    return error as OciError;
  }
  return {};
}

describe('digests', () => {
  it.each([SHA256, SHA512])('%s is one of ours', (text) => {
    expect(classifyDigest(text)).toBe('supported');
    expect(parseDigest(text)).toBe(text);
    const digest = parseDigest(text);
    expect(formatDigest(digestAlgorithm(digest), digestHex(digest))).toBe(text);
  });

  it.each([
    `blake3:${HEX}`,
    'multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8',
    'sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564',
    'md5:d41d8cd98f00b204e9800998ecf8427e',
    'a.b-c_d+e:=',
  ])('%s is well-formed and not kept', (text) => {
    expect(classifyDigest(text)).toBe('unsupported');
    expect(thrown(() => parseDigest(text))).toMatchObject({ code: 'DIGEST_INVALID', status: 400, message: 'digest algorithm not supported' });
  });

  it.each([
    '', ':', 'sha256', 'sha256:', `sha256:${HEX}0`, `sha256:${HEX.slice(1)}`, SHA256.toUpperCase(), `sha256:${HEX.toUpperCase()}`,
    `sha512:${HEX}`, `SHA256:${HEX}`, 'sha256:baddigeststring', `${SHA256}\n`, ` ${SHA256}`, 'blake3:00', 'a..b:c', '+a:b', 'a+:b', 'a:b:c',
    'a:b/c', `${'a'.repeat(600)}:b`,
  ])('%j is none', (text) => {
    expect(classifyDigest(text)).toBe('malformed');
    expect(isDigest(text)).toBe(false);
    expect(thrown(() => parseDigest(text))).toMatchObject({ code: 'DIGEST_INVALID', message: 'malformed digest' });
  });

  it('are computed', () => {
    expect(digestOf('sha256', Buffer.from('{}'))).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    expect(isDigest(digestOf('sha512', Buffer.alloc(0)))).toBe(true);
  });

  it('are not made of what is no hex', () => {
    expect(() => formatDigest('sha512', HEX)).toThrow(RangeError);
    expect(() => formatDigest('sha256', 'x'.repeat(64))).toThrow(RangeError);
  });
});

describe('repository names', () => {
  it.each(['a', '0', 'a/b', 'a.b', 'a_b', 'a__b', 'a-b', 'a---b', 'library/ubuntu', 'blobs/uploads', 'a/tags/list', 'v2', 'x'.repeat(255)])('takes %s', (name) => {
    expect(checkRepositoryName(name)).toBe(name);
  });
  it.each([
    '', 'A', 'aB', '/a', 'a/', 'a//b', '.a', 'a.', 'a..b', '_a', 'a_', 'a___b', 'a._b', '-a', 'a-', 'a/_b', '_catalog', 'a/../b', '.', '..', 'a/./b',
    'a%2Fb', 'a\\b', 'a b', 'a\0', 'a\n', 'ä', 'a:b', 'a@b', 'a?b', '__proto__', 'x'.repeat(256),
  ])('refuses %j', (name) => {
    expect(isRepositoryName(name)).toBe(false);
    expect(thrown(() => checkRepositoryName(name))).toMatchObject({ code: 'NAME_INVALID', status: 400 });
  });
});

describe('tags', () => {
  it.each(['latest', 'v1.0', '_x', 'A', '1', 'a-.-b', `sha256-${HEX}`, 'x'.repeat(128)])('takes %s', (tag) => {
    expect(checkTag(tag)).toBe(tag);
  });
  it.each(['', '.a', '-a', 'a b', 'a/b', 'a:b', 'ä', 'a\n', 'x'.repeat(129)])('refuses %j', (tag) => {
    expect(isTag(tag)).toBe(false);
    expect(thrown(() => checkTag(tag))).toMatchObject({ code: 'TAG_INVALID', status: 400 });
  });
});

describe('references', () => {
  it.each([
    ['latest', { kind: 'tag', tag: 'latest' }],
    [SHA512, { kind: 'digest', digest: SHA512 }],
    ['sha256:bad', 'malformed-digest'],
    [`blake3:${HEX}`, 'unsupported-digest'],
    ['.INVALID', 'malformed-tag'],
    ['', 'malformed-tag'],
  ])('%j is %j', (text, expected) => {
    expect(classifyReference(text)).toEqual(expected);
  });
});

describe('media types', () => {
  it.each(['application/vnd.oci.image.index.v1+json', 'a/b', 'text/x-!#$&^_.+', `${'a'.repeat(127)}/${'b'.repeat(127)}`])('takes %s', (text) => {
    expect(isMediaType(text)).toBe(true);
  });
  it.each(['', 'a', 'a/', '/a', 'a/b/c', 'a/b;c=d', 'a /b', '.a/b', 'a/*', '*/*', `${'a'.repeat(128)}/b`, 'a/b\n'])('refuses %j', (text) => {
    expect(isMediaType(text)).toBe(false);
  });
  it.each([
    [undefined, undefined],
    ['', undefined],
    [' ; x', undefined],
    ['Application/JSON; charset=utf-8', 'application/json'],
  ])('the base of %j is %j', (header, expected) => {
    expect(baseMediaType(header)).toBe(expected);
  });
});

describe('hostile text', () => {
  it('is looked at in time', () => {
    const long = 1_000_000;
    const started = performance.now();
    for (const unit of ['a', 'a-', '-', '_', '__', 'a.', 'a/', 'a_', 'sha256:', 'a+', '/', 'a:']) {
      const text = unit.repeat(long / unit.length);
      for (const tail of ['', '!', '\n']) {
        isRepositoryName(text + tail);
        isTag(text + tail);
        isMediaType(text + tail);
        classifyDigest(text + tail);
        classifyReference(text.slice(0, 500) + tail);
        isRepositoryName(text.slice(0, 254) + tail);
        classifyDigest(text.slice(0, 511) + tail);
      }
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
