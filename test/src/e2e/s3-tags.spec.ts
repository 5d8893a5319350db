import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, AccountWorld, BOB, must, policyOf } from '../harness/account-world.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import type { SignedClient } from '../harness/signed-client.js';

const T = '/tags-bucket';
const KEY = `${T}/key`;
let world: AccountWorld;
let alice: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start();
  ({ alice } = world);
  await must(alice.put(T));
  await must(alice.put(KEY, 'x'));
});
afterAll(() => world.remove());

const tagging = (pairs: readonly (readonly [string, string])[]) =>
  `<Tagging><TagSet>${pairs.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tagging>`;

async function tagsAt(target: string, client = alice): Promise<Record<string, string>> {
  const { text } = await must(client.get(target));
  return Object.fromEntries(textsOf(text, 'Tag').map((tag) => [textOf(tag, 'Key')!, textOf(tag, 'Value')!]));
}

const many = (count: number) => Array.from({ length: count }, (_, i) => [`key-${i}`, `value-${i}`] as const);

describe('tags of objects', () => {
  it('are set, shown, counted, replaced as a whole and deleted', async () => {
    expect(await tagsAt(`${KEY}?tagging`)).toEqual({});
    expect((await alice.put(`${KEY}?tagging`, tagging([['team', 'red'], ['ünï +-=._:/@', '']]))).status).toBe(200);
    expect(await tagsAt(`${KEY}?tagging`)).toEqual({ team: 'red', 'ünï +-=._:/@': '' });
    expect((await alice.get(KEY)).headers['x-amz-tagging-count']).toBe('2');
    expect((await alice.put(`${KEY}?tagging`, tagging([['team', 'blue']]))).status).toBe(200);
    expect(await tagsAt(`${KEY}?tagging`)).toEqual({ team: 'blue' });
    expect((await alice.delete(`${KEY}?tagging`)).status).toBe(204);
    expect(await tagsAt(`${KEY}?tagging`)).toEqual({});
    expect((await alice.head(KEY)).headers).not.toHaveProperty('x-amz-tagging-count');
    expect((await alice.get(KEY)).text).toBe('x');
  });

  it('come with PutObject, CreateMultipartUpload and CopyObject', async () => {
    await must(alice.put(`${T}/put`, 'x', { 'x-amz-tagging': 'a=1&b=two%20words&c' }));
    expect(await tagsAt(`${T}/put?tagging`)).toEqual({ a: '1', b: 'two words', c: '' });
    const id = textOf((await must(alice.post(`${T}/parts?uploads`, undefined, { 'x-amz-tagging': 'from=upload' }))).text, 'UploadId');
    const { headers } = await must(alice.put(`${T}/parts?partNumber=1&uploadId=${id}`, 'part'));
    await must(alice.post(`${T}/parts?uploadId=${id}`, `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part></CompleteMultipartUpload>`));
    expect(await tagsAt(`${T}/parts?tagging`)).toEqual({ from: 'upload' });
    const copy = (headers: Record<string, string>) => alice.put(`${T}/copy`, undefined, { 'x-amz-copy-source': `${T}/put`, ...headers });
    await must(copy({}));
    expect(await tagsAt(`${T}/copy?tagging`)).toEqual({ a: '1', b: 'two words', c: '' });
    await must(copy({ 'x-amz-tagging-directive': 'REPLACE', 'x-amz-tagging': 'new=tag' }));
    expect(await tagsAt(`${T}/copy?tagging`)).toEqual({ new: 'tag' });
    await must(copy({ 'x-amz-tagging-directive': 'REPLACE' }));
    expect(await tagsAt(`${T}/copy?tagging`)).toEqual({});
    expect((await copy({ 'x-amz-tagging-directive': 'MERGE' })).code).toBe('InvalidArgument');
    await must(alice.put(`${T}/put`, 'without'));
    expect(await tagsAt(`${T}/put?tagging`)).toEqual({});
  });

  it('belong to a version', async () => {
    const V = '/tags-versions';
    await must(alice.put(V));
    await must(alice.put(`${V}?versioning`, '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'));
    const ids = [];
    for (const tag of ['old', 'new']) ids.push(String((await must(alice.put(`${V}/key`, tag, { 'x-amz-tagging': `v=${tag}` }))).headers['x-amz-version-id']));
    const answer = await must(alice.put(`${V}/key?tagging&versionId=${ids[0]}`, tagging([['v', 'changed']])));
    expect(answer.headers['x-amz-version-id']).toBe(ids[0]);
    expect(await tagsAt(`${V}/key?tagging`)).toEqual({ v: 'new' });
    expect(await tagsAt(`${V}/key?tagging&versionId=${ids[0]}`)).toEqual({ v: 'changed' });
    await must(alice.delete(`${V}/key?tagging&versionId=${ids[0]}`));
    expect([await tagsAt(`${V}/key?tagging&versionId=${ids[0]}`), await tagsAt(`${V}/key?tagging`)]).toEqual([{}, { v: 'new' }]);
    await must(alice.delete(`${V}/key`));
    const marker = await alice.get(`${V}/key?tagging`);
    expect([marker.status, marker.code]).toEqual([404, 'NoSuchKey']);
  });

  it('of keys that are not there are NoSuchKey', async () => {
    for (const answer of [
      await alice.get(`${T}/none?tagging`),
      await alice.put(`${T}/none?tagging`, tagging([['a', 'b']])),
      await alice.delete(`${T}/none?tagging`),
    ]) {
      expect([answer.status, answer.code]).toEqual([404, 'NoSuchKey']);
    }
  });

  const bad: [string, readonly (readonly [string, string])[], string][] = [
    ['eleven', many(11), 'BadRequest'],
    ['an empty key', [['', 'x']], 'InvalidTag'],
    ['a key of 129 characters', [['k'.repeat(129), 'x']], 'InvalidTag'],
    ['a value of 257 characters', [['k', 'v'.repeat(257)]], 'InvalidTag'],
    ['a forbidden character', [['a&lt;b', 'x']], 'InvalidTag'],
    ['a reserved key', [['aws:name', 'x']], 'InvalidTag'],
    ['a reserved key in capitals', [['AWS:name', 'x']], 'InvalidTag'],
    ['a key twice', [['a', '1'], ['a', '2']], 'InvalidTag'],
  ];

  it.each(bad)('%s are refused, and the old ones stay', async (_, pairs, code) => {
    await must(alice.put(`${KEY}?tagging`, tagging([['kept', 'yes']])));
    const answer = await alice.put(`${KEY}?tagging`, tagging(pairs));
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(await tagsAt(`${KEY}?tagging`)).toEqual({ kept: 'yes' });
  });

  it.each([
    ['=x', 'InvalidTag'],
    ['a=1&a=2', 'InvalidArgument'],
    ['a=b=c', 'InvalidArgument'],
    ['a=%zz', 'InvalidArgument'],
    ['aws%3Aname=x', 'InvalidTag'],
    [many(11).map((pair) => pair.join('=')).join('&'), 'BadRequest'],
  ])('in the header %s are refused, and nothing is stored', async (text, code) => {
    const answer = await alice.put(`${T}/refused`, 'x', { 'x-amz-tagging': text });
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect((await alice.head(`${T}/refused`)).status).toBe(404);
  });

  it('ten of the greatest size are taken', async () => {
    const pairs = Array.from({ length: 10 }, (_, i) => [`${i}`.padEnd(128, 'k'), 'v'.repeat(256)] as const);
    expect((await alice.put(`${KEY}?tagging`, tagging(pairs))).status).toBe(200);
    expect(await tagsAt(`${KEY}?tagging`)).toEqual(Object.fromEntries(pairs));
  });
});

describe('tags of buckets', () => {
  it('are set, shown and deleted', async () => {
    const absent = await alice.get(`${T}?tagging`);
    expect([absent.status, absent.code]).toEqual([404, 'NoSuchTagSet']);
    expect((await alice.put(`${T}?tagging`, tagging(many(50)))).status).toBe(204);
    expect(Object.keys(await tagsAt(`${T}?tagging`))).toHaveLength(50);
    for (const [pairs, code] of [[many(51), 'BadRequest'], [[['aws:x', 'y']], 'InvalidTag'], [[['a', '1'], ['a', '2']], 'InvalidTag']] as const) {
      expect((await alice.put(`${T}?tagging`, tagging(pairs))).code).toBe(code);
    }
    expect(Object.keys(await tagsAt(`${T}?tagging`))).toHaveLength(50);
    expect((await alice.delete(`${T}?tagging`)).status).toBe(204);
    expect((await alice.get(`${T}?tagging`)).code).toBe('NoSuchTagSet');
  });

  it('come with CreateBucket', async () => {
    const configuration = '<CreateBucketConfiguration><Tags><Tag><Key>stage</Key><Value>prod</Value></Tag></Tags></CreateBucketConfiguration>';
    await must(alice.put('/tags-created', configuration));
    expect(await tagsAt('/tags-created?tagging')).toEqual({ stage: 'prod' });
  });
});

describe('permissions by tag', () => {
  const arn = `arn:aws:s3:::${T.slice(1)}/*`;
  const Principal = { AWS: BOB.account };

  it('reading goes by the tags that an object has', async () => {
    await must(alice.put(`${T}?policy`, policyOf({ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: arn, Condition: { StringEquals: { 's3:ExistingObjectTag/share': 'yes' } } })));
    await must(alice.put(`${T}/shared`, 'shared', { 'x-amz-tagging': 'share=yes' }));
    await must(alice.put(`${T}/other`, 'other', { 'x-amz-tagging': 'share=no' }));
    await must(alice.put(`${T}/none`, 'none'));
    expect((await world.bob.get(`${T}/shared`)).text).toBe('shared');
    for (const key of ['other', 'none']) expect((await world.bob.get(`${T}/${key}`)).code).toBe('AccessDenied');
    expect((await world.bob.get(`${T}/shared`)).headers).not.toHaveProperty('x-amz-tagging-count');
    expect((await world.bob.get(`${T}/shared?tagging`)).code).toBe('AccessDenied');
    await must(alice.put(`${T}/shared?tagging`, tagging([['share', 'no']])));
    expect((await world.bob.get(`${T}/shared`)).code).toBe('AccessDenied');
  });

  it('writing goes by the tags that the object is to have', async () => {
    const condition = { StringEquals: { 's3:RequestObjectTag/team': 'red' }, 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['team', 'stage'] } };
    await must(alice.put(`${T}?policy`, policyOf({ Effect: 'Allow', Principal, Action: ['s3:PutObject', 's3:PutObjectTagging'], Resource: arn, Condition: condition })));
    const put = (tags?: string) => world.bob.put(`${T}/by-bob`, 'x', { 'x-amz-tagging': tags });
    for (const tags of [undefined, 'team=blue', 'team=red&more=x']) expect((await put(tags)).code).toBe('AccessDenied');
    expect((await alice.head(`${T}/by-bob`)).status).toBe(404);
    expect((await put('team=red&stage=prod')).status).toBe(200);
    expect((await world.bob.put(`${T}/by-bob?tagging`, tagging([['team', 'blue']]))).code).toBe('AccessDenied');
    expect((await world.bob.put(`${T}/by-bob?tagging`, tagging([['team', 'red']]))).status).toBe(200);
    expect((await world.bob.get(`${T}/by-bob?tagging`)).code).toBe('AccessDenied');
    expect(await tagsAt(`${T}/by-bob?tagging`)).toEqual({ team: 'red' });
    expect(textOf((await alice.get(`${T}/by-bob?acl`)).text, 'ID')).toBe(ALICE.canonicalId);
  });

  it('PutObject with tags needs the permission to tag', async () => {
    await must(alice.put(`${T}?policy`, policyOf({ Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: arn })));
    expect((await world.bob.put(`${T}/untagged`, 'x', { 'x-amz-tagging': 'a=b' })).code).toBe('AccessDenied');
    expect((await alice.head(`${T}/untagged`)).status).toBe(404);
    expect((await world.bob.put(`${T}/untagged`, 'x')).status).toBe(200);
  });
});
