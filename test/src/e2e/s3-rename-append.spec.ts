import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountWorld, BOB, must, openBucket, policyOf } from '../harness/account-world.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';

const R = '/rename-bucket';
const ARN = `arn:aws:s3:::${R.slice(1)}/*`;
let world: AccountWorld;
let alice: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start({ limits: { inlineBytes: 1024 } });
  ({ alice } = world);
  await must(alice.put(R));
  await must(alice.put('/rename-versions'));
  await must(alice.put('/rename-versions?versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'));
});
afterAll(() => world.remove());

const rename = (from: string, to: string, headers: Record<string, string> = {}, client = alice) =>
  client.put(`${R}/${to}?renameObject`, undefined, { 'x-amz-rename-source': from, ...headers });
const append = (key: string, offset: number | string, body: string | Uint8Array, headers: Record<string, string | undefined> = {}, client = alice) =>
  client.put(`${R}/${key}`, body, { 'x-amz-write-offset-bytes': String(offset), ...headers });
const said = ({ status, code }: RawResponse) => [status, code];
const keys = async (prefix: string) => textsOf((await alice.get(`${R}?list-type=2&prefix=${prefix}`)).text, 'Key');

describe('RenameObject', () => {
  it('gives the object another key, with all that belongs to it', async () => {
    const put = await must(alice.put(`${R}/a/from`, 'body', { 'content-type': 'x/y', 'x-amz-meta-a': 'b', 'x-amz-tagging': 't=1', 'x-amz-storage-class': 'STANDARD_IA' }));
    const modified = (await alice.head(`${R}/a/from`)).headers['last-modified'];
    const renamed = await rename(`/${'a/from'}`, 'a/to');
    expect([renamed.status, renamed.body.length]).toEqual([200, 0]);
    expect(await keys('a/')).toEqual(['a/to']);
    const read = await alice.get(`${R}/a/to`);
    expect([read.text, read.headers.etag, read.headers['last-modified']]).toEqual(['body', put.headers.etag, modified]);
    expect(read.headers).toMatchObject({ 'content-type': 'x/y', 'x-amz-meta-a': 'b', 'x-amz-tagging-count': '1', 'x-amz-storage-class': 'STANDARD_IA' });
    expect((await alice.get(`${R}/a/from`)).code).toBe('NoSuchKey');
  });

  it('takes its source with and without the bucket, encoded', async () => {
    for (const source of ['s/ü b', '/s/ü b', `${R.slice(1)}/s/ü b`, `${R}/s/ü b`]) {
      await must(alice.put(`${R}/s/${encodeURIComponent('ü b')}`, source));
      expect((await rename(encodeURIComponent(source), 's/named')).status).toBe(200);
      expect((await alice.get(`${R}/s/named`)).text).toBe(source);
      expect(await keys('s/')).toEqual(['s/named']);
    }
  });

  it('replaces what is there, unless a condition says otherwise', async () => {
    const conditions = async (headers: Record<string, string>, expected: unknown[]) => {
      await must(alice.put(`${R}/c/from`, 'from'));
      await must(alice.put(`${R}/c/to`, 'to'));
      expect(said(await rename('c/from', 'c/to', headers))).toEqual(expected);
      const after = [await keys('c/'), (await alice.get(`${R}/c/to`)).text];
      expect(after).toEqual(expected[0] === 200 ? [['c/to'], 'from'] : [['c/from', 'c/to'], 'to']);
    };
    const [from, to] = ['from', 'to'].map((text) => `"${crypto.hash('md5', text)}"`);
    await conditions({}, [200, undefined]);
    await conditions({ 'if-none-match': '*' }, [412, 'PreconditionFailed']);
    await conditions({ 'if-match': from! }, [412, 'PreconditionFailed']);
    await conditions({ 'if-match': to! }, [200, undefined]);
    await conditions({ 'x-amz-rename-source-if-match': to! }, [412, 'PreconditionFailed']);
    await conditions({ 'x-amz-rename-source-if-match': from! }, [200, undefined]);
    await conditions({ 'x-amz-rename-source-if-none-match': from! }, [412, 'PreconditionFailed']);
    await conditions({ 'x-amz-rename-source-if-none-match': to! }, [200, undefined]);
  });

  it('repeated with its token is done once', async () => {
    await must(alice.put(`${R}/t/from`, 'first'));
    const token = { 'x-amz-client-token': crypto.randomUUID() };
    expect((await rename('t/from', 't/to', token)).status).toBe(200);
    await must(alice.put(`${R}/t/from`, 'second'));
    expect((await rename('t/from', 't/to', token)).status).toBe(200);
    expect([(await alice.get(`${R}/t/to`)).text, (await alice.get(`${R}/t/from`)).text]).toEqual(['first', 'second']);
    expect(said(await rename('t/from', 't/other', token))).toEqual([400, 'IdempotencyParameterMismatch']);
    expect(await keys('t/')).toEqual(['t/from', 't/to']);
  });

  it('lets one of many that want the same object, or the same name, win', async () => {
    await must(alice.put(`${R}/race/one`, 'x'));
    const wanting = await Promise.all(Array.from({ length: 8 }, (_, i) => rename('race/one', `race/to-${i}`)));
    expect(wanting.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(404)]);
    expect(await keys('race/')).toHaveLength(1);
  });

  it('refuses what is absent, unsaid, on versions, and itself', async () => {
    expect(said(await rename('none', 'to'))).toEqual([404, 'NoSuchKey']);
    expect((await alice.put(`${R}/to?renameObject`)).code).toBe('InvalidRequest');
    await must(alice.put('/rename-versions/from', 'x'));
    expect((await alice.put('/rename-versions/to?renameObject', undefined, { 'x-amz-rename-source': 'from' })).status).toBe(409);
    expect(textsOf((await alice.get('/rename-versions?list-type=2')).text, 'Key')).toEqual(['from']);
    expect(await keys('to')).toEqual([]);
  });

  it('needs to read and delete the source, and to write the target', async () => {
    const actions = ['s3:GetObject', 's3:DeleteObject', 's3:PutObject'];
    await must(alice.put(`${R}/p/from`, 'x'));
    for (const left of actions) {
      await must(alice.put(`${R}?policy`, policyOf({ Effect: 'Allow', Principal: { AWS: BOB.account }, Action: actions.filter((action) => action !== left), Resource: ARN })));
      expect([left, ...said(await rename('p/from', 'p/to', {}, world.bob))]).toEqual([left, 403, 'AccessDenied']);
    }
    expect(await keys('p/')).toEqual(['p/from']);
    await must(alice.put(`${R}?policy`, policyOf({ Effect: 'Allow', Principal: { AWS: BOB.account }, Action: actions, Resource: ARN })));
    expect((await rename('p/from', 'p/to', {}, world.bob)).status).toBe(200);
    expect(await keys('p/')).toEqual(['p/to']);
  });

  it('leaves its owner and its ACL to an object', async () => {
    await openBucket(alice, '/rename-acl');
    await must(alice.put('/rename-acl/from', 'x', { 'x-amz-acl': 'public-read' }));
    await must(alice.put('/rename-acl/to?renameObject', undefined, { 'x-amz-rename-source': 'from' }));
    expect((await world.nobody.get('/rename-acl/to')).text).toBe('x');
  });
});

describe('append', () => {
  it('begins at 0 and goes on at the end', async () => {
    const large = crypto.randomBytes(200_000);
    const pieces = [Buffer.from('first'), Buffer.from(', second'), large];
    let offset = 0;
    for (const piece of pieces) {
      const answer = await append('log', offset, piece);
      offset += piece.length;
      expect([answer.status, Number(answer.headers['x-amz-object-size'] ?? offset)]).toEqual([200, offset]);
      expect((await alice.head(`${R}/log`)).headers.etag).toBe(answer.headers.etag);
    }
    const read = await alice.get(`${R}/log`, { 'x-amz-checksum-mode': 'ENABLED' });
    expect(read.body.equals(Buffer.concat(pieces))).toBe(true);
    const whole = await alice.put(`${R}/whole`, Buffer.concat(pieces));
    expect(read.headers['x-amz-checksum-crc64nvme']).toBe(whole.headers['x-amz-checksum-crc64nvme']);
    expect((await alice.get(`${R}/log`, { range: 'bytes=3-14' })).text).toBe(Buffer.concat(pieces).subarray(3, 15).toString());
  });

  it('keeps what the object says about itself', async () => {
    await must(alice.put(`${R}/described`, 'a', { 'content-type': 'x/y', 'x-amz-meta-a': 'b', 'x-amz-tagging': 't=1' }));
    await must(append('described', 1, 'b'));
    const read = await alice.get(`${R}/described`);
    expect([read.text, read.headers['content-type'], read.headers['x-amz-meta-a'], read.headers['x-amz-tagging-count']]).toEqual(['ab', 'x/y', 'b', '1']);
  });

  it.each([
    ['before the end', 2, 400, 'InvalidWriteOffset'],
    ['behind the end', 4, 400, 'InvalidWriteOffset'],
    ['at 0', 0, 400, 'InvalidWriteOffset'],
    ['at no number', 'end', 400, 'InvalidArgument'],
    ['at less than 0', '-1', 400, 'InvalidArgument'],
  ])('%s is refused, and nothing changes', async (_, offset, status, code) => {
    await must(alice.put(`${R}/offset`, 'abc'));
    expect(said(await append('offset', offset, 'x'))).toEqual([status, code]);
    expect((await alice.get(`${R}/offset`)).text).toBe('abc');
  });

  it('of wrong bytes leaves the object as it was', async () => {
    await must(alice.put(`${R}/sums`, 'abc'));
    for (const headers of [{ 'content-md5': crypto.hash('md5', 'y', 'base64') }, { 'x-amz-checksum-sha256': crypto.hash('sha256', 'y', 'base64') }]) {
      expect(said(await append('sums', 3, 'x', headers))).toEqual([400, 'BadDigest']);
    }
    expect((await alice.get(`${R}/sums`)).text).toBe('abc');
    expect((await append('sums', 3, 'x', { 'content-md5': crypto.hash('md5', 'x', 'base64') })).status).toBe(200);
  });

  it('lets one of many at the same offset win', async () => {
    await must(alice.put(`${R}/many`, 'x'));
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => append('many', 1, String(i))));
    const won = answers.findIndex(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await alice.get(`${R}/many`)).text).toBe(`x${won}`);
  });

  it('is not for versions, absent objects, conditions, or who may not write', async () => {
    await must(alice.put('/rename-versions/log', 'x'));
    expect((await alice.put('/rename-versions/log', 'y', { 'x-amz-write-offset-bytes': '1' })).status).toBe(409);
    expect((await alice.get('/rename-versions/log')).text).toBe('x');
    expect(said(await append('absent', 3, 'x'))).toEqual([404, 'NoSuchKey']);
    expect(said(await append('absent', 0, 'x', { 'if-none-match': '*' }))).toEqual([400, 'InvalidArgument']);
    expect(said(await append('many', 2, 'x', {}, world.carol))).toEqual([403, 'AccessDenied']);
    expect((await alice.get(`${R}/many`)).text).toHaveLength(2);
    expect(textOf((await alice.get(`${R}?list-type=2&prefix=absent`)).text, 'KeyCount')).toBe('0');
  });
});
