import crypto from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { KEYS, compareKeys } from './keys.js';
import { deleteObject, setRetention, setTags } from './model-changes.js';
import { beginUpload, completeUpload } from './model-multipart.js';
import { copyObject, putObject, readable, type PutInput } from './model-objects.js';
import { readPart } from './model-reading.js';
import { setVersioning } from './model-settings.js';
import { md5, S3Failure, type Asked } from './model-terms.js';
import { appendObject, renameObject } from './model-unversioned.js';
import { Model } from './model.js';

const DAY_MS = 86_400_000;
const now = Date.UTC(2031, 0, 1);
const asked: Asked = { who: 'alice', now };
const bytes = (text: string) => Buffer.from(text);
const bare = { headers: {}, metadata: {} };

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
  const put = (key: string, text = key, more: Partial<PutInput> = {}, at: Asked = asked) =>
    putObject(model, at, 'b', key, { content: bytes(text), object: bare, condition: {}, ...more });
  const get = (key: string, versionId?: string) => readable(model, asked, 'b', key, versionId, 'GetObject');
  const drop = (key: string, versionId?: string, bypass = false, at = asked) => deleteObject(model, at, { bucket: 'b', key, versionId }, { condition: {}, bypass }, `m-${key}`);
  const copy = (from: string, to: string, replace = false) =>
    copyObject(model, asked, 'b', to, { source: { bucket: 'b', key: from }, object: bare, replace, retag: false, condition: {} }).copy;
  const page = (query: { prefix?: string; delimiter?: string; after?: string; limit?: number }) => {
    const { entries, truncated } = model.listObjects(asked, 'b', { prefix: '', limit: 1000, ...query });
    return [...entries.map((entry) => (entry.kind === 'item' ? entry.item.key : `(${entry.prefix})`)), ...(truncated ? ['more'] : [])];
  };
  const versions = (after?: string, inside?: string) =>
    model.listVersions(asked, 'b', { prefix: '', limit: 1000, after }, inside).entries.flatMap((entry) => (entry.kind === 'item' ? [entry.item.versionId] : []));

  beforeEach(() => {
    model = new Model();
    model.createBucket(asked, 'b', {});
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
    expect(codeOf(() => put('k', 'two', { condition: { ifNoneMatch: '*' } }))).toBe('PreconditionFailed');
    expect(codeOf(() => put('k', 'two', { condition: { ifMatch: 'other' } }))).toBe('PreconditionFailed');
    expect(codeOf(() => put('absent', 'two', { condition: { ifMatch: 'other' } }))).toBe('NoSuchKey');
    expect(codeOf(() => put('k', 'two', { refusal: 'BadDigest' }))).toBe('BadDigest');
    expect(codeOf(() => put('k', 'two', { object: { ...bare, legalHold: true } }))).toBe('InvalidRequest');
    expect(codeOf(() => model.deleteBucket(asked, 'b'))).toBe('BucketNotEmpty');
    expect(codeOf(() => copy('k', 'k'))).toBe('InvalidRequest');
    expect(codeOf(() => model.bucket('none'))).toBe('NoSuchBucket');
    expect(get('k')).toBe(first);
    drop('k');
    drop('k');
    expect(codeOf(() => get('k'))).toBe('NoSuchKey');
  });

  it('keeps or replaces what a copy says about itself', () => {
    put('from', 'x', { object: { ...bare, metadata: { color: 'red' }, tags: { a: '1' } } });
    const kept = copy('from', 'to');
    expect([kept.metadata, kept.tags, kept.etag]).toEqual([{ color: 'red' }, { a: '1' }, md5(bytes('x'))]);
    expect(copy('from', 'from', true).metadata).toEqual({});
  });

  it('joins parts, and answers a repeated Complete alike', () => {
    const place = { bucket: 'b', key: 'k', uploadId: 'id' };
    beginUpload(model, asked, place, bare);
    const { uploads } = model.bucket('b');
    const contents = ['first', 'second'].map(bytes);
    const etags = contents.map((content, index) => uploads.putPart('id', 'k', { number: index * 2 + 1, content, modified: now }).etag);
    const complete = (parts: { number: number; etag: string }[], leastPart = 5) => completeUpload(model, asked, place, { parts, leastPart, condition: {} });
    const parts = [{ number: 1, etag: etags[0]! }, { number: 3, etag: etags[1]! }];
    expect(codeOf(() => complete([...parts].reverse()))).toBe('InvalidPartOrder');
    expect(codeOf(() => complete(parts, 6))).toBe('EntityTooSmall');
    expect(codeOf(() => complete([{ number: 2, etag: etags[0]! }]))).toBe('InvalidPart');
    const md5s = Buffer.concat(contents.map((content) => crypto.createHash('md5').update(content).digest()));
    const answer = { etag: `${md5(md5s)}-2`, versionId: 'null' };
    expect(complete(parts)).toEqual({ ...answer, repeated: false });
    expect(complete(parts)).toEqual({ ...answer, repeated: true });
    expect(codeOf(() => complete(parts.slice(0, 1)))).toBe('NoSuchUpload');
    expect(get('k').content.toString()).toBe('firstsecond');
    expect(readPart(get('k'), { partNumber: 2 })).toMatchObject({ status: 206, contentRange: 'bytes 5-10/11' });
    expect(codeOf(() => readPart(get('k'), { partNumber: 3 }))).toBe('InvalidPartNumber');
  });

  it('cuts ranges', () => {
    const object = put('k', '0123456789');
    expect(readPart(object, { range: { first: 8, last: 99 } })).toMatchObject({ status: 206, contentRange: 'bytes 8-9/10' });
    expect(readPart(object, { range: { suffix: 3 } }).content.toString()).toBe('789');
    expect(readPart(object, { range: { first: 5, last: 4 } }).status).toBe(200);
    expect(codeOf(() => readPart(object, { range: { first: 10 } }))).toBe('InvalidRange');
    expect(codeOf(() => readPart(put('empty', ''), { range: { suffix: 1 } }))).toBe('InvalidRange');
  });

  it('appends and renames where there never were versions', () => {
    put('k', 'one');
    const append = (offset: number) => appendObject(model, asked, 'b', 'k', { offset, content: bytes('two'), object: bare });
    expect(codeOf(() => append(1))).toBe('InvalidWriteOffset');
    const joined = Buffer.concat([bytes('one'), bytes('two')].map((content) => crypto.createHash('md5').update(content).digest()));
    expect(append(3)).toMatchObject({ etag: `${md5(joined)}-2`, content: bytes('onetwo') });
    const rename = (key: string, token?: string) => renameObject(model, asked, 'b', key, { source: 'k', token, condition: {}, sourceCondition: {} });
    rename('l', 't');
    rename('l', 't');
    expect(page({})).toEqual(['l']);
    expect(codeOf(() => rename('m', 't'))).toBe('IdempotencyParameterMismatch');
    setVersioning(model, asked, 'b', 'suspended');
    expect(codeOf(() => append(6))).toBe('InvalidBucketState');
    expect(codeOf(() => rename('m'))).toBe('InvalidBucketState');
  });

  it('stacks versions in the order in which they came, around one null version', () => {
    put('k', 'null');
    setVersioning(model, asked, 'b', 'enabled');
    put('k', 'one', { versionId: 'v1' });
    put('k', 'two', { versionId: 'v2' }, { ...asked, now: now - DAY_MS });
    drop('k');
    expect(versions()).toEqual(['m-k', 'v2', 'v1', 'null']);
    expect([codeOf(() => get('k')), codeOf(() => get('k', 'm-k')), codeOf(() => get('k', 'none'))]).toEqual(['NoSuchKey', 'MethodNotAllowed', 'NoSuchVersion']);
    expect(get('k', 'v1').content.toString()).toBe('one');
    setVersioning(model, asked, 'b', 'suspended');
    put('k', 'new null');
    expect(versions()).toEqual(['null', 'm-k', 'v2', 'v1']);
    drop('k');
    expect([versions(), page({})]).toEqual([['null', 'm-k', 'v2', 'v1'], []]);
    drop('k', 'null');
    drop('k', 'm-k');
    expect(get('k').content.toString()).toBe('two');
    drop('k', 'v2');
    expect(versions('k', 'v2')).toEqual(['v1']);
  });

  it('judges locks by the time of the request', () => {
    model.createBucket(asked, 'locked', { lockable: true });
    const place = { bucket: 'locked', key: 'k', versionId: 'v' };
    const lock = (mode: 'GOVERNANCE' | 'COMPLIANCE', days: number, bypass = false) =>
      codeOf(() => setRetention(model, asked, place, { mode, until: now + days * DAY_MS }, bypass));
    const remove = (bypass: boolean, days: number) =>
      codeOf(() => deleteObject(model, { who: 'alice', now: now + days * DAY_MS }, place, { condition: {}, bypass }));
    putObject(model, asked, 'locked', 'k', { content: bytes('x'), object: bare, condition: {}, versionId: 'v' });
    expect([lock('GOVERNANCE', 2), lock('GOVERNANCE', 1), lock('GOVERNANCE', 3), lock('GOVERNANCE', 1, true)]).toEqual([undefined, 'AccessDenied', undefined, undefined]);
    expect([remove(false, 0), lock('COMPLIANCE', 2, true), lock('COMPLIANCE', 1, true), lock('GOVERNANCE', 9, true)]).toEqual(['AccessDenied', undefined, 'AccessDenied', 'AccessDenied']);
    expect([remove(true, 1), remove(true, 2), model.bucket('locked').count]).toEqual(['AccessDenied', undefined, 0]);
  });

  it('lets others do only what they may, and tells them no more', () => {
    const [bob, nobody] = [{ who: 'bob', now }, { who: 'nobody', now }] as const;
    put('k', 'x', { object: { ...bare, tags: { color: 'red' } } });
    const read = (who: Asked, key = 'k') => codeOf(() => {
      try {
        return readable(model, who, 'b', key, undefined, 'GetObject');
      } catch (error) {
        throw model.answerFor(who.who, error as S3Failure);
      }
    });
    expect([read(bob), read(nobody), read(bob, 'none')]).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
    const bucket = model.bucket('b');
    bucket.policy = 'everybody reads red ones';
    expect([read(bob), read(nobody), read(bob, 'none')]).toEqual([undefined, undefined, 'AccessDenied']);
    setTags(model, asked, { bucket: 'b', key: 'k' }, { color: 'blue' });
    expect(read(bob)).toBe('AccessDenied');
    bucket.policy = 'everybody lists';
    expect(read(bob, 'none')).toBe('NoSuchKey');
    Object.assign(bucket, { policy: undefined, ownership: 'ObjectWriter', acl: [{ to: 'bob', permission: 'WRITE' }] });
    put('his', 'x', {}, bob);
    expect([codeOf(() => get('his')), read(bob, 'his'), codeOf(() => drop('k', undefined, false, bob))]).toEqual(['AccessDenied', undefined, 'AccessDenied']);
    bucket.ownership = 'BucketOwnerEnforced';
    expect([codeOf(() => get('his')), read(bob, 'his')]).toEqual([undefined, 'AccessDenied']);
  });
});
