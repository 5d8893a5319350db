import { describe, expect, it } from '@jest/globals';
import { OciError } from '../errors/oci-error.js';
import { isTag } from '../names/names.js';
import { parseQuery } from '../target/query.js';
import { formatNextLink, readPage } from './page.js';
import { referrersTag, subjectOfReferrersTag } from './referrers-tag.js';
import { readArtifactTypeFilter, renderReferrersIndex } from './referrers.js';
import { renderCatalog, renderExtensions, renderTagList } from './render-lists.js';

const SIZES = { standard: 100, most: 1000 };
const HEX = 'a0'.repeat(32);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof OciError ? `${error.code} ${error.status}` : String(error);
  }
  return 'fine';
}

describe('readPage', () => {
  it.each<[string, object]>([
    ['', { limit: 100 }],
    ['n=&last=', { limit: 100 }],
    ['n=0', { limit: 0 }],
    ['n=007', { limit: 7 }],
    ['n=5000', { limit: 1000 }],
    [`n=${'9'.repeat(20)}`, { limit: 1000 }],
    ['last=v1.0', { limit: 100, last: 'v1.0' }],
    ['n=2&last=a%2Fb', { limit: 2, last: 'a/b' }],
  ])('%j', (raw, expected) => {
    expect(readPage(parseQuery(raw), SIZES)).toEqual(expected);
  });

  it.each([
    ['n=-1', 'PAGINATION_NUMBER_INVALID 400'],
    ['n=%2B1', 'PAGINATION_NUMBER_INVALID 400'],
    ['n=1.5', 'PAGINATION_NUMBER_INVALID 400'],
    ['n=1e3', 'PAGINATION_NUMBER_INVALID 400'],
    ['n=x', 'PAGINATION_NUMBER_INVALID 400'],
    [`n=${'9'.repeat(21)}`, 'PAGINATION_NUMBER_INVALID 400'],
    ['n=1&n=2', 'UNSUPPORTED 400'],
    ['last=a&last=b', 'UNSUPPORTED 400'],
    ['last=a%00', 'UNSUPPORTED 400'],
    [`last=${'%C3%A4'.repeat(128)}`, 'UNSUPPORTED 400'],
  ])('%j is %s', (raw, expected) => {
    expect(codeOf(() => readPage(parseQuery(raw), SIZES))).toBe(expected);
  });
});

describe('formatNextLink', () => {
  it('escapes what it carries', () => {
    expect(formatNextLink('/v2/a/tags/list', { n: 50, last: 'v1' })).toBe('</v2/a/tags/list?n=50&last=v1>; rel="next"');
    const link = formatNextLink('/v2/_catalog', { last: 'a>b"c&d=\r\n+ ä\ud800', n: undefined, artifactType: 'a/b+json' });
    expect(link).toBe('</v2/_catalog?last=a%3Eb%22c%26d%3D%0D%0A%2B%20%C3%A4%EF%BF%BD&artifactType=a%2Fb%2Bjson>; rel="next"');
    expect(parseQuery(link.slice(link.indexOf('?') + 1, link.indexOf('>'))).single('artifactType')).toBe('a/b+json');
  });
});

describe('the lists', () => {
  it('are as the specification writes them', () => {
    expect(renderTagList('a/b', ['v1', 'v2'])).toBe('{"name":"a/b","tags":["v1","v2"]}');
    expect(renderTagList('a', [])).toBe('{"name":"a","tags":[]}');
    expect(renderCatalog(['a', 'b/c'])).toBe('{"repositories":["a","b/c"]}');
    expect(JSON.parse(renderExtensions([{ name: '_oci', url: 'u', endpoints: ['/v2/_oci/ext/discover'] }]))).toEqual({
      extensions: [{ name: '_oci', url: 'u', endpoints: ['/v2/_oci/ext/discover'] }],
    });
  });
});

describe('referrers', () => {
  it('are an index', () => {
    expect(renderReferrersIndex([])).toBe('{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}');
    const annotations = Object.assign(Object.create(null) as Record<string, string>, { a: 'b' });
    annotations['__proto__'] = 'p';
    const json = renderReferrersIndex([
      { mediaType: 'm/i', digest: 'sha256:x', size: 3, artifactType: 'a/t', annotations },
      { mediaType: 'm/x', digest: 'sha256:y', size: 0, annotations: {} },
    ]);
    expect(json).toContain(
      '[{"mediaType":"m/i","digest":"sha256:x","size":3,"artifactType":"a/t","annotations":{"a":"b","__proto__":"p"}},{"mediaType":"m/x","digest":"sha256:y","size":0}]',
    );
  });

  it.each<[string, string | undefined]>([
    ['', undefined],
    ['artifactType=', undefined],
    ['artifactType=application%2Fvnd.x%2Bjson', 'application/vnd.x+json'],
    ['artifactType=application/vnd.x+json', 'application/vnd.x+json'],
    ['artifactType=nonsense', 'nonsense'],
  ])('the filter of %j is %j', (raw, expected) => {
    expect(readArtifactTypeFilter(parseQuery(raw))).toBe(expected);
  });

  it('have one filter', () => {
    expect(codeOf(() => readArtifactTypeFilter(parseQuery('artifactType=a/b&artifactType=c/d')))).toBe('UNSUPPORTED 400');
    expect(codeOf(() => readArtifactTypeFilter(parseQuery(`artifactType=${'a'.repeat(256)}`)))).toBe('UNSUPPORTED 400');
  });

  // The examples of the specification.
  it.each([
    [`sha256:${HEX}`, `sha256-${HEX}`],
    [`sha512:${HEX}${HEX}`, `sha512-${HEX}`],
    [
      'test+algorithm+using+algorithm+separators+and+lots+of+characters+to+excercise+overall+truncation:alsoSome=InTheEncodedSectionToShowHyphenReplacementAndLotsAndLotsOfCharactersToExcerciseEncodedTruncation',
      'test-algorithm-using-algorithm-s-alsoSome-InTheEncodedSectionToShowHyphenReplacementAndLotsAndLot',
    ],
  ])('%s falls back to the tag %s', (digest, tag) => {
    expect(referrersTag(digest)).toBe(tag);
    expect(isTag(tag)).toBe(true);
  });

  it('are told back of a tag where nothing was cut', () => {
    expect(subjectOfReferrersTag(`sha256-${HEX}`)).toBe(`sha256:${HEX}`);
    for (const tag of ['latest', `sha512-${HEX}`, `sha256-${HEX}.sig`, 'sha256-', `sha256-${HEX.toUpperCase()}`]) {
      expect(subjectOfReferrersTag(tag)).toBeUndefined();
    }
  });
});
