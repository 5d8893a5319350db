import { describe, expect, it } from '@jest/globals';
import { OciError } from '../errors/oci-error.js';
import { isRepositoryName } from '../names/names.js';
import { blobLocation, manifestLocation, uploadLocation } from './locations.js';
import { parseTarget } from './parse-target.js';
import { parsePairs, parseQuery } from './query.js';

const HEX = 'a0'.repeat(32);
const DIGEST = `sha256:${HEX}` as const;
const BLAKE3 = `blake3:${HEX}`;

function endpoint(rawUrl: string, method = 'GET'): object {
  const target: Record<string, unknown> = { ...parseTarget({ method, rawUrl }) };
  delete target['query'];
  return target;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof OciError ? `${error.code} ${error.status}` : String(error);
  }
  return 'fine';
}

describe('parseTarget', () => {
  it.each<[string, object]>([
    ['/v2', { kind: 'base' }],
    ['/v2/', { kind: 'base' }],
    ['/v2/?x=y', { kind: 'base' }],
    ['http://any.host:1/v2/', { kind: 'base' }],
    ['/v2/_catalog?n=1', { kind: 'catalog' }],
    ['/v2/a/tags/list', { kind: 'tags', name: 'a' }],
    ['/v2/a/b/tags/list?n=2', { kind: 'tags', name: 'a/b' }],
    ['/v2/tags/tags/list', { kind: 'tags', name: 'tags' }],
    ['/v2/a/tags/list/tags/list', { kind: 'tags', name: 'a/tags/list' }],
    ['/v2/a/blobs/uploads/tags/list', { kind: 'tags', name: 'a/blobs/uploads' }],
    ['/v2/a/manifests/latest', { kind: 'manifest', name: 'a', reference: { kind: 'tag', tag: 'latest' } }],
    ['/v2/a/manifests/_x', { kind: 'manifest', name: 'a', reference: { kind: 'tag', tag: '_x' } }],
    ['/v2/a/manifests/list', { kind: 'manifest', name: 'a', reference: { kind: 'tag', tag: 'list' } }],
    ['/v2/a/manifests/uploads', { kind: 'manifest', name: 'a', reference: { kind: 'tag', tag: 'uploads' } }],
    [`/v2/a/manifests/${DIGEST}`, { kind: 'manifest', name: 'a', reference: { kind: 'digest', digest: DIGEST } }],
    [`/v2/a/manifests/sha256%3A${HEX}`, { kind: 'manifest', name: 'a', reference: { kind: 'digest', digest: DIGEST } }],
    ['/v2/manifests/manifests/manifests', { kind: 'manifest', name: 'manifests', reference: { kind: 'tag', tag: 'manifests' } }],
    ['/v2/a/blobs/uploads/manifests/x', { kind: 'manifest', name: 'a/blobs/uploads', reference: { kind: 'tag', tag: 'x' } }],
    [`/v2/a/blobs/${DIGEST}`, { kind: 'blob', name: 'a', digest: DIGEST }],
    [`/v2/a/blobs/sha256%3a${HEX}`, { kind: 'blob', name: 'a', digest: DIGEST }],
    [`/v2/a/blobs/uploads/blobs/${DIGEST}`, { kind: 'blob', name: 'a/blobs/uploads', digest: DIGEST }],
    [`/v2/a/referrers/${DIGEST}`, { kind: 'referrers', name: 'a', subject: DIGEST }],
    [`/v2/a/referrers/${BLAKE3}`, { kind: 'referrers', name: 'a', subject: BLAKE3 }],
    [`/v2/referrers/referrers/${DIGEST}`, { kind: 'referrers', name: 'referrers', subject: DIGEST }],
    ['/v2/a/blobs/uploads', { kind: 'uploads', name: 'a' }],
    ['/v2/a/blobs/uploads/', { kind: 'uploads', name: 'a' }],
    ['/v2/a/blobs/uploads/blobs/uploads/', { kind: 'uploads', name: 'a/blobs/uploads' }],
    ['/v2/a/blobs/uploads/Ab_-9?state=x', { kind: 'upload', name: 'a', uploadId: 'Ab_-9' }],
    ['/v2/a/blobs/uploads/list', { kind: 'upload', name: 'a', uploadId: 'list' }],
    ['/v2/blobs/uploads/blobs/uploads/uploads', { kind: 'upload', name: 'blobs/uploads', uploadId: 'uploads' }],
    ['/v2/_oci/ext/discover', { kind: 'extension', extension: '_oci', path: 'ext/discover' }],
    ['/v2/_zot/ext/search', { kind: 'extension', extension: '_zot', path: 'ext/search' }],
    ['/v2/_catalog/', { kind: 'extension', extension: '_catalog', path: '' }],
    ['/v2/_catalog/tags/list', { kind: 'extension', extension: '_catalog', path: 'tags/list' }],
    ['/v2/a/b/_oci/ext/discover', { kind: 'extension', name: 'a/b', extension: '_oci', path: 'ext/discover' }],
    ['/v2/a/_x/manifests/y', { kind: 'extension', name: 'a', extension: '_x', path: 'manifests/y' }],
    ['/v2/a/manifests/_x/y/z', { kind: 'extension', name: 'a/manifests', extension: '_x', path: 'y/z' }],
    ['/v2/a/b/c', { kind: 'unknown' }],
    ['/v2/a', { kind: 'unknown' }],
    ['/v2//', { kind: 'unknown' }],
    ['/v2/a/tags%2Flist', { kind: 'unknown' }],
    ['/v2/a/tags/list/', { kind: 'unknown' }],
    ['/v2/a/Tags/list', { kind: 'unknown' }],
    ['/V2/', { kind: 'unknown' }],
    ['/v2x/', { kind: 'unknown' }],
    ['/', { kind: 'unknown' }],
    ['', { kind: 'unknown' }],
    ['*', { kind: 'unknown' }],
  ])('%s', (url, expected) => {
    expect(endpoint(url)).toEqual(expected);
  });

  it.each([
    '/v2/a%2Fb/tags/list', '/v2/a%2fb/manifests/x', '/v2/a/../b/tags/list', '/v2/../b/tags/list', '/v2/./tags/list', '/v2//tags/list', '/v2/a//b/tags/list',
    '/v2//a/manifests/x', '/v2/a/%2e%2e/b/tags/list', '/v2/a\\b/tags/list', '/v2/A/tags/list', '/v2/a%00/tags/list', '/v2/a\0/tags/list', '/v2/a%/tags/list',
    '/v2/%61/tags/list', '/v2/a /tags/list', '/v2/a+b/tags/list', '/v2/tags/list', '/v2/manifests/x', '/v2/blobs/uploads/', '/v2/a;x=1/tags/list',
    `/v2/${'a'.repeat(256)}/tags/list`, `/v2/${'a/'.repeat(5000)}tags/list`, '/v2/a/../_oci/ext/discover', '/v2/A/_oci/ext/discover', '/v2/a\u0430/tags/list',
  ])('%j names no repository', (url) => {
    expect(codeOf(() => endpoint(url))).toBe('NAME_INVALID 400');
  });

  it.each([
    ['GET', '/v2/a/manifests/.INVALID', 'MANIFEST_UNKNOWN 404'],
    ['HEAD', '/v2/a/manifests/a%20b', 'MANIFEST_UNKNOWN 404'],
    ['DELETE', `/v2/a/manifests/${'x'.repeat(129)}`, 'MANIFEST_UNKNOWN 404'],
    ['GET', '/v2/a/manifests/', 'MANIFEST_UNKNOWN 404'],
    ['PUT', '/v2/a/manifests/.INVALID', 'TAG_INVALID 400'],
    ['PUT', '/v2/a/manifests/', 'TAG_INVALID 400'],
    ['GET', '/v2/a/manifests/sha256:baddigeststring', 'DIGEST_INVALID 400'],
    ['PUT', '/v2/a/manifests/sha256:baddigeststring', 'DIGEST_INVALID 400'],
    ['GET', `/v2/a/manifests/${BLAKE3}`, 'MANIFEST_UNKNOWN 404'],
    ['PUT', `/v2/a/manifests/${BLAKE3}`, 'DIGEST_INVALID 400'],
    ['GET', '/v2/a/blobs/sha256:x', 'DIGEST_INVALID 400'],
    ['GET', '/v2/a/blobs/latest', 'DIGEST_INVALID 400'],
    ['HEAD', `/v2/a/blobs/${BLAKE3}`, 'BLOB_UNKNOWN 404'],
    ['DELETE', `/v2/a/blobs/${DIGEST.toUpperCase()}`, 'DIGEST_INVALID 400'],
    ['GET', '/v2/a/referrers/sha256:x', 'DIGEST_INVALID 400'],
    ['GET', '/v2/a/referrers/', 'DIGEST_INVALID 400'],
    ['GET', '/v2/a/blobs/uploads/..', 'BLOB_UPLOAD_UNKNOWN 404'],
    ['PATCH', '/v2/a/blobs/uploads/a%2Fb', 'BLOB_UPLOAD_UNKNOWN 404'],
    ['GET', `/v2/a/blobs/uploads/${'x'.repeat(129)}`, 'BLOB_UPLOAD_UNKNOWN 404'],
    ['GET', '/v2/a/tags/list?n=%', 'UNSUPPORTED 400'],
  ])('%s %s is %s', (method, url, expected) => {
    expect(codeOf(() => endpoint(url, method))).toBe(expected);
  });

  it('never finds a bad name, whatever it is given', () => {
    let seed = 11;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const pieces = ['a', 'b1', 'blobs', 'uploads', 'manifests', 'tags', 'list', 'referrers', '_oci', '..', '.', '', 'A', '%2F', 'x_y', DIGEST, '\\', 'é', '%', 'sha256:x', '_catalog'];
    for (let round = 0; round < 20_000; round++) {
      const parts = Array.from({ length: 1 + random(7) }, () => pieces[random(pieces.length)]);
      try {
        const target = parseTarget({ method: ['GET', 'PUT', 'POST'][random(3)]!, rawUrl: `/v2/${parts.join('/')}` });
        if (!('name' in target) || target.name === undefined) continue;
        expect(isRepositoryName(target.name)).toBe(true);
        // Read from the right, the name is the longest prefix: what is behind it names an endpoint or an extension.
        expect(parts.join('/').startsWith(`${target.name}/`)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(OciError);
      }
    }
  });

  it('reads back the locations that are handed out', () => {
    for (const name of ['a', 'a/blobs', 'blobs/uploads', 'a/tags/list', 'manifests/x']) {
      expect(endpoint(blobLocation(name, DIGEST))).toEqual({ kind: 'blob', name, digest: DIGEST });
      expect(endpoint(manifestLocation(name, 'uploads'))).toMatchObject({ kind: 'manifest', name, reference: { tag: 'uploads' } });
      expect(endpoint(uploadLocation(name, 'list'))).toEqual({ kind: 'upload', name, uploadId: 'list' });
    }
  });
});

describe('parseQuery', () => {
  it('keeps order, decodes once, knows duplicates', () => {
    const query = parseQuery('a=1&b=%252F&&a=2&c&d=x%3Dy=z+w&=e&__proto__=p');
    expect(query.entries).toEqual([['a', '1'], ['b', '%2F'], ['a', '2'], ['c', ''], ['d', 'x=y=z w'], ['', 'e'], ['__proto__', 'p']]);
    expect(query.all('a')).toEqual(['1', '2']);
    expect(query.all('constructor')).toEqual([]);
    expect(query.single('c')).toBe('');
    expect(query.single('toString')).toBeUndefined();
    expect(query.has('b')).toBe(true);
    expect(query.has('x')).toBe(false);
    expect([...query.duplicates]).toEqual(['a']);
    expect(codeOf(() => query.single('a'))).toBe('UNSUPPORTED 400');
  });

  it.each(['a=%', 'a=%2', 'a=%zz', 'a=%ff', '%c3=a', 'a=%ed%a0%80', 'a=%c0%af', 'a=ä', 'a=\0'])('refuses %j', (raw) => {
    expect(codeOf(() => parseQuery(raw))).toBe('UNSUPPORTED 400');
  });

  it('is bounded', () => {
    expect(parseQuery('a&'.repeat(255)).entries).toHaveLength(255);
    expect(codeOf(() => parseQuery('a&'.repeat(256)))).toBe('UNSUPPORTED 414');
    expect(codeOf(() => parseQuery('a'.repeat(16_385)))).toBe('UNSUPPORTED 414');
    expect(codeOf(() => parsePairs('a'.repeat(11), 10, 413))).toBe('UNSUPPORTED 413');
  });
});
