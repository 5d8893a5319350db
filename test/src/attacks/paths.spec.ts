import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AccountWorld, ALICE, BOB, must } from '../harness/account-world.js';
import { sendForm, signPolicy } from '../harness/post-form.js';
import { exchangeRaw, rawHead } from '../harness/raw-connection.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';
import { type Attempt, BASE, SECRET, TARGET, attempt, expectRefused, startAttack } from './attack-world.js';

let world: AccountWorld;
let bob: SignedClient;
let uploadId: string;

beforeAll(async () => {
  world = await startAttack();
  ({ bob } = world);
  uploadId = textOf((await must(bob.post(`${BASE}/parts?uploads`))).text, 'UploadId')!;
});
afterAll(() => world.remove());

/** Sent just so: no URL parser in between tidies the path. */
async function exactly(method: string, target: string, host = bob.host, body = ''): ReturnType<typeof exchangeRaw> {
  const [rawPath = '', query] = target.replace(/^http:\/\/[^/]*/, '').split('?');
  // What cannot be decoded cannot be signed either.
  const signed = bob.sign({ method, path: /%(?![0-9a-f]{2})/i.test(rawPath) ? '/' : rawPath, query, body, headers: { host } });
  return exchangeRaw(world.server.url, rawHead(method, target, { ...signed, 'content-length': String(body.length) }) + body, method);
}

/** Path, and what a GET of it is answered: a key in Bob's own bucket is just not there. */
const PATHS: [string, number, string][] = [
  [`${BASE}/..${TARGET}/secret`, 404, 'NoSuchKey'],
  [`${BASE}/../..${TARGET}/secret`, 404, 'NoSuchKey'],
  [`${BASE}/%2e%2e${TARGET}/secret`, 404, 'NoSuchKey'],
  [`${BASE}/%2E%2E%2Fattacked%2Fsecret`, 404, 'NoSuchKey'],
  [`${BASE}/..%2fattacked/secret`, 404, 'NoSuchKey'],
  [`${BASE}%2F..%2Fattacked%2Fsecret`, 404, 'NoSuchKey'],
  [`${BASE}/%252e%252e/attacked/secret`, 404, 'NoSuchKey'],
  [`${BASE}/./..${TARGET}/secret`, 404, 'NoSuchKey'],
  [`${BASE}//attacked/secret`, 404, 'NoSuchKey'],
  [`${BASE}/..\\attacked\\secret`, 404, 'NoSuchKey'],
  [`${BASE}/;${TARGET}/secret`, 404, 'NoSuchKey'],
  [`${BASE}/%00${TARGET}/secret`, 404, 'NoSuchKey'],
  [`${TARGET}/secret`, 403, 'AccessDenied'],
  [`${TARGET}%2Fsecret`, 403, 'AccessDenied'],
  ['/%61ttacked/secret', 403, 'AccessDenied'],
  [`${TARGET}/./secret`, 403, 'AccessDenied'],
  [`${TARGET}/%73ecret`, 403, 'AccessDenied'],
  [`${TARGET}//secret`, 403, 'AccessDenied'],
  [`${TARGET}/secret?versionId=null`, 403, 'AccessDenied'],
  [`http://127.0.0.1${TARGET}/secret`, 403, 'AccessDenied'],
  [`http://evil.example${TARGET}/secret`, 403, 'AccessDenied'],
  [`/${TARGET}/secret`, 400, 'InvalidBucketName'],
  [`/.${TARGET}/secret`, 400, 'InvalidBucketName'],
  [`/..${TARGET}/secret`, 400, 'InvalidBucketName'],
  [`/%2e%2e${TARGET}/secret`, 400, 'InvalidBucketName'],
  ['/ATTACKED/secret', 400, 'InvalidBucketName'],
  ['/attacked%00/secret', 400, 'InvalidBucketName'],
  ['/attacked%20/secret', 400, 'InvalidBucketName'],
  ['/attacked./secret', 400, 'InvalidBucketName'],
  ['/attacked%5Csecret', 400, 'InvalidBucketName'],
  ['/%EF%BD%81ttacked/secret', 400, 'InvalidBucketName'],
  ['/attacked%ff/secret', 400, 'InvalidURI'],
  ['/attacked%/secret', 400, 'InvalidURI'],
  ['/%c0%afattacked/secret', 400, 'InvalidURI'],
];

describe('paths', () => {
  it('honest ones pass', async () => {
    expect((await world.alice.get(`${TARGET}/secret`)).text).toBe(SECRET);
    expect((await exactly('GET', `${BASE}/own`))?.body).toBe('of bob');
    expect((await exactly('GET', '/own', 'attacker.s3.test'))?.body).toBe('of bob');
  });

  it('lead nowhere else by GET', () => expectRefused(world, PATHS.map(([target, status, code]) => attempt(target, () => exactly('GET', target), status, code))));

  it('lead nowhere else by DELETE and PUT', async () => {
    const foreign = PATHS.filter(([, status]) => status !== 404);
    await expectRefused(world, foreign.flatMap(([target, status, code]) => ['DELETE', 'PUT'].map((method) => attempt(`${method} ${target}`, () => exactly(method, target, bob.host, method === 'PUT' ? 'evil' : ''), status, code))));
    // What names Bob's bucket is a key there, whatever it looks like, and nothing else changes.
    const before = [(await world.alice.get(TARGET)).text, (await world.alice.get(`${TARGET}/secret`)).text];
    for (const [target] of PATHS.filter(([, status]) => status === 404)) expect([target, (await exactly('PUT', target, bob.host, 'evil'))?.status]).toEqual([target, 200]);
    expect([(await world.alice.get(TARGET)).text, (await world.alice.get(`${TARGET}/secret`)).text].map((text) => text.replace(/<RequestId.*/, ''))).toEqual(before);
    for (const [target] of PATHS.filter(([, status]) => status === 404)) expect([target, (await exactly('DELETE', target))?.status]).toEqual([target, 204]);
  });

  it('of hosts lead into the bucket that the host names, and were signed for it', () => {
    const hosts: [string, string, number, string][] = [
      ['attacked.s3.test', '/secret', 403, 'AccessDenied'],
      ['ATTACKED.S3.TEST:80', '/secret', 403, 'AccessDenied'],
      ['attacked.s3.test.', '/secret', 403, 'AccessDenied'],
      ['attacker.s3.test', `/..${TARGET}/secret`, 404, 'NoSuchKey'],
      ['attacker.s3.test', `${TARGET}/secret`, 404, 'NoSuchKey'],
      ['attacker.s3.test.attacked.s3.test', '/secret', 404, 'NoSuchBucket'],
      ['attacked.s3.test.evil.example', '/secret', 404, 'NoSuchBucket'],
      ['.s3.test', `${TARGET}/secret`, 400, 'InvalidBucketName'],
      ['attacker/attacked.s3.test', '/secret', 400, 'InvalidBucketName'],
    ];
    return expectRefused(world, [
      ...hosts.map(([host, target, status, code]) => attempt(`${host}${target}`, () => exactly('GET', target, host), status, code)),
      attempt('signed for another host', () => world.nobody.sendRaw({ method: 'GET', path: '/secret', headers: { ...bob.sign({ method: 'GET', path: '/secret', headers: { host: 'attacker.s3.test' } }), host: 'attacked.s3.test' } }), 403, 'SignatureDoesNotMatch'),
      attempt('a forwarded host', () => bob.get(`${TARGET}/secret`, { 'x-forwarded-host': 'attacker.s3.test', forwarded: 'host=attacker.s3.test' }), 403, 'AccessDenied'),
      attempt('a rewritten path', () => bob.get(`${BASE}/none`, { 'x-original-url': `${TARGET}/secret`, 'x-rewrite-url': `${TARGET}/secret` }), 404, 'NoSuchKey'),
    ]);
  });
});

const SOURCES: [string, number, string][] = [
  ['/attacked/secret', 403, 'AccessDenied'],
  ['attacked/secret', 403, 'AccessDenied'],
  ['attacked%2Fsecret', 403, 'AccessDenied'],
  ['%2Fattacked%2Fsecret', 403, 'AccessDenied'],
  ['attacked/secret?versionId=null', 403, 'AccessDenied'],
  ['attacked/secret%3FversionId=null', 403, 'AccessDenied'],
  ['attacked/secret?versionId=null?versionId=null', 403, 'AccessDenied'],
  ['attacker/../attacked/secret', 404, 'NoSuchKey'],
  ['attacker/%2e%2e/attacked/secret', 404, 'NoSuchKey'],
  ['attacker/..%2Fattacked%2Fsecret', 404, 'NoSuchKey'],
  ['attacker//attacked/secret', 404, 'NoSuchKey'],
  ['attacker/own, attacked/secret', 404, 'NoSuchKey'],
  ['//attacked/secret', 400, 'InvalidArgument'],
  ['../attacked/secret', 400, 'InvalidArgument'],
  ['./attacked/secret', 400, 'InvalidArgument'],
  ['ATTACKED/secret', 400, 'InvalidArgument'],
  ['attacked', 400, 'InvalidArgument'],
  ['attacked/', 400, 'InvalidArgument'],
  ['attacked/secret?versionId=', 400, 'InvalidArgument'],
  ['attacked/secret?versionId=nonsense', 400, 'InvalidArgument'],
  ['attacked/%zz', 400, 'InvalidArgument'],
  ['http://127.0.0.1/attacked/secret', 400, 'InvalidArgument'],
  ['arn:aws:s3:::attacked/secret', 400, 'InvalidArgument'],
  [`arn:aws:s3:us-east-1:${ALICE.account}:accesspoint/x/object/secret`, 400, 'InvalidArgument'],
  ['attacked%00/secret', 400, 'InvalidArgument'],
];

describe('sources', () => {
  const copy = (target: string) => (source: string) => bob.put(target, undefined, { 'x-amz-copy-source': source });
  const over = (how: (source: string) => Promise<RawResponse>): Attempt[] => SOURCES.map(([source, status, code]) => attempt(source, () => how(source), status, code));

  it('honest ones pass', async () => {
    for (const source of ['attacker/own', '/attacker/own', 'attacker%2Fown', '%2Fattacker%2Fown']) expect((await copy(`${BASE}/copied`)(source)).status).toBe(200);
    expect((await copy(`${BASE}/parts?partNumber=2&uploadId=${uploadId}`)('attacker/own')).status).toBe(200);
  });

  it('of CopyObject are read by who may read them', () => expectRefused(world, over(copy(`${BASE}/copied`))));

  it('of UploadPartCopy are read by who may read them', () => expectRefused(world, over(copy(`${BASE}/parts?partNumber=1&uploadId=${uploadId}`))));

  it('given twice are one that is not there', () => {
    const twice = (first: string, second: string) => () => {
      const source = `${first},${second}`;
      const signed = bob.sign({ method: 'PUT', path: `${BASE}/copied`, headers: { 'x-amz-copy-source': source } });
      const headers = Object.entries({ ...signed, 'content-length': '0' }).filter(([name]) => name !== 'x-amz-copy-source');
      return exchangeRaw(world.server.url, rawHead('PUT', `${BASE}/copied`, [...headers, ['x-amz-copy-source', first], ['x-amz-copy-source', second]]));
    };
    return expectRefused(world, [attempt('own first', twice('attacker/own', 'attacked/secret'), 404, 'NoSuchKey'), attempt('own last', twice('attacked/secret', 'attacker/own'), 403, 'AccessDenied')]);
  });

  it('of RenameObject stay in the bucket', () => {
    const rename = (source: string) => () => bob.put(`${BASE}/renamed?renameObject`, undefined, { 'x-amz-rename-source': source });
    const sources = [`${TARGET}/secret`, 'attacked/secret', '../attacked/secret', 'attacker/../attacked/secret', '%2e%2e%2Fattacked%2Fsecret', '//attacked/secret', 'http://127.0.0.1/attacked/secret', 'arn:aws:s3:::attacked/secret'];
    return expectRefused(world, [
      ...sources.map((source) => attempt(source, rename(source), 404, 'NoSuchKey')),
      attempt('into the other bucket', () => bob.put(`${TARGET}/renamed?renameObject`, undefined, { 'x-amz-rename-source': '/attacker/own' }), 403, 'AccessDenied'),
      attempt('over the secret', () => bob.put(`${TARGET}/secret?renameObject`, undefined, { 'x-amz-rename-source': 'own' }), 403, 'AccessDenied'),
    ]);
  });

  it('of forms stay in the bucket', async () => {
    const key = `../attacked/secret`;
    await expectRefused(world, [
      attempt('signed for another bucket', () => sendForm(world.nobody, TARGET, { key: 'evil', ...signPolicy([{ bucket: 'attacker' }, { key: 'evil' }], BOB.keys) }), 403, 'AccessDenied'),
      attempt('with a field for another bucket', () => sendForm(world.nobody, TARGET, { key: 'evil', bucket: 'attacker', ...signPolicy([{ bucket: 'attacker' }, { key: 'evil' }], BOB.keys) }), 403, 'AccessDenied'),
      attempt('a bucket that is not his', () => sendForm(world.nobody, TARGET, { key: 'evil', ...signPolicy([{ bucket: 'attacked' }, { key: 'evil' }], BOB.keys) }), 403, 'AccessDenied'),
    ]);
    expect((await sendForm(world.nobody, BASE, { key, ...signPolicy([{ bucket: 'attacker' }, { key }], BOB.keys) })).status).toBe(204);
    expect((await world.alice.get(`${TARGET}/secret`)).text).toBe(SECRET);
  });
});

describe('the disk', () => {
  it('is not written beside its folder by any key', async () => {
    const listing = async () => (await fs.readdir(world.server.dataDir, { recursive: true })).filter((name) => !/blobs|sqlite|-wal|-shm/.test(name)).sort();
    const outside = path.dirname(world.server.dataDir);
    const before = [await listing(), (await fs.readdir(outside)).filter((name) => name.includes('escaped'))];
    const keys = ['../escaped', '../../escaped', '../../../../../../../../tmp/escaped', '/tmp/escaped', '..\\escaped', 'escaped\0', './escaped'];
    for (const key of keys) await must(bob.put(`${BASE}/${encodeURIComponent(key)}`, Buffer.alloc(100_000, key)));
    expect([await listing(), (await fs.readdir(outside)).filter((name) => name.includes('escaped'))]).toEqual(before);
    expect(textsOf((await bob.get(`${BASE}?list-type=2&encoding-type=url`)).text, 'Key').filter((key) => key.includes('escaped'))).toHaveLength(keys.length);
  });
});
