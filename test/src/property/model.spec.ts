import crypto from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { KEYS, compareKeys } from './keys.js';
import { Model } from './model.js';
import { readPart } from './model-reading.js';
import { md5, S3Failure } from './model-terms.js';

const written = { from: 0, to: 1 };
const bare = { headers: {}, metadata: {}, written };
const bytes = (text: string) => Buffer.from(text);

function codeOf(ask: () => unknown): string | undefined {
  try {
    ask();
    return undefined;
  } catch (error) {
    return error instanceof S3Failure ? error.code : String(error);
  }
}

describe('the model of S3', () => {
  let model: Model;
  const put = (key: string, text = key) => model.putObject('b', key, { content: bytes(text), ...bare });
  const page = (query: { prefix?: string; delimiter?: string; after?: string; limit?: number }) => {
    const { entries, truncated } = model.listObjects('b', { prefix: '', limit: 1000, ...query });
    return [...entries.map((entry) => (entry.kind === 'item' ? entry.item.key : `(${entry.prefix})`)), ...(truncated ? ['more'] : [])];
  };

  beforeEach(() => {
    model = new Model();
    model.createBucket('b', written);
  });

  it('orders keys by their bytes, not by UTF-16', () => {
    for (const key of ['\u{1F600}', '\uFF5E', 'a', 'B']) put(key);
    expect(page({})).toEqual(['B', 'a', '\uFF5E', '\u{1F600}']);
    expect(['\u{1F600}', '\uFF5E'].sort()).toEqual(['\u{1F600}', '\uFF5E']);
    expect(new Set(KEYS).size).toBe(KEYS.length);
    expect(KEYS.every((key) => Buffer.byteLength(key) <= 1024)).toBe(true);
    expect(compareKeys('a', 'a/')).toBeLessThan(0);
  });

  it('rolls keys up behind the prefix, and skips what a marker covers', () => {
    for (const key of ['a', 'a/', 'a/b', 'a/b/c', 'a0', 'b/c']) put(key);
    expect(page({ delimiter: '/' })).toEqual(['a', '(a/)', 'a0', '(b/)']);
    expect(page({ delimiter: '/', limit: 2 })).toEqual(['a', '(a/)', 'more']);
    expect(page({ delimiter: '/', after: 'a/' })).toEqual(['a0', '(b/)']);
    expect(page({ delimiter: '/', after: 'a/b' })).toEqual(['(a/)', 'a0', '(b/)']);
    expect(page({ prefix: 'a/', delimiter: '/' })).toEqual(['a/', 'a/b', '(a/b/)']);
    expect(page({ limit: 0 })).toEqual([]);
  });

  it('refuses what S3 refuses, changing nothing', () => {
    const first = put('k', 'one');
    expect(codeOf(() => model.putObject('b', 'k', { content: bytes('two'), ...bare }, { ifNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect(codeOf(() => model.putObject('b', 'k', { content: bytes('two'), ...bare }, { ifMatch: 'other' }))).toBe('PreconditionFailed');
    expect(codeOf(() => model.putObject('b', 'absent', { content: bytes('two'), ...bare }, { ifMatch: 'other' }))).toBe('NoSuchKey');
    expect(codeOf(() => model.deleteBucket('b'))).toBe('BucketNotEmpty');
    expect(codeOf(() => model.copyObject({ bucket: 'b', key: 'k' }, { bucket: 'b', key: 'k' }, { written }))).toBe('InvalidRequest');
    expect(codeOf(() => model.object('none', 'k'))).toBe('NoSuchBucket');
    expect(model.object('b', 'k')).toBe(first);
    model.deleteObject('b', 'k');
    model.deleteObject('b', 'k');
    expect(codeOf(() => model.object('b', 'k'))).toBe('NoSuchKey');
  });

  it('keeps or replaces what a copy says about itself', () => {
    model.putObject('b', 'from', { content: bytes('x'), ...bare, metadata: { color: 'red' } });
    const kept = model.copyObject({ bucket: 'b', key: 'from' }, { bucket: 'b', key: 'to' }, { written });
    expect([kept.metadata, kept.etag]).toEqual([{ color: 'red' }, md5(bytes('x'))]);
    const replaced = model.copyObject({ bucket: 'b', key: 'from' }, { bucket: 'b', key: 'from' }, { replace: { headers: {}, metadata: {} }, written });
    expect(replaced.metadata).toEqual({});
  });

  it('joins parts, and answers a repeated Complete alike', () => {
    const { uploads } = model.bucket('b');
    uploads.begin({ uploadId: 'id', key: 'k', order: 1, initiated: written, headers: {}, metadata: {} });
    const contents = ['first', 'second'].map(bytes);
    const etags = contents.map((content, index) => uploads.putPart('id', 'k', { number: index * 2 + 1, content, written }).etag);
    const complete = (parts: { number: number; etag: string }[], leastPart = 5) =>
      model.completeUpload('b', { uploadId: 'id', key: 'k', parts, leastPart, written });
    const parts = [{ number: 1, etag: etags[0]! }, { number: 3, etag: etags[1]! }];
    expect(codeOf(() => complete([...parts].reverse()))).toBe('InvalidPartOrder');
    expect(codeOf(() => complete(parts, 6))).toBe('EntityTooSmall');
    expect(codeOf(() => complete([{ number: 2, etag: etags[0]! }]))).toBe('InvalidPart');
    const md5s = Buffer.concat(contents.map((content) => crypto.createHash('md5').update(content).digest()));
    const answer = { etag: `${md5(md5s)}-2` };
    expect(complete(parts)).toMatchObject(answer);
    expect(complete(parts)).toEqual(answer);
    expect(codeOf(() => complete(parts.slice(0, 1)))).toBe('NoSuchUpload');
    const object = model.object('b', 'k');
    expect(object.content.toString()).toBe('firstsecond');
    expect(readPart(object, { partNumber: 2 })).toMatchObject({ status: 206, contentRange: 'bytes 5-10/11' });
    expect(codeOf(() => readPart(object, { partNumber: 3 }))).toBe('InvalidPartNumber');
  });

  it('cuts ranges', () => {
    const object = put('k', '0123456789');
    expect(readPart(object, { range: { first: 8, last: 99 } })).toMatchObject({ status: 206, contentRange: 'bytes 8-9/10' });
    expect(readPart(object, { range: { suffix: 3 } }).content.toString()).toBe('789');
    expect(readPart(object, { range: { first: 5, last: 4 } }).status).toBe(200);
    expect(codeOf(() => readPart(object, { range: { first: 10 } }))).toBe('InvalidRange');
    expect(codeOf(() => readPart(put('empty', ''), { range: { suffix: 1 } }))).toBe('InvalidRange');
  });
});
