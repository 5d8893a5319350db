import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, AccountWorld, BOB, must, openBucket } from '../harness/account-world.js';
import { type Condition, type FormFile, type FormOptions, sendForm, signPolicy } from '../harness/post-form.js';
import { childNames, textOf, textsOf } from '../harness/read-xml.js';
import type { SignedClient } from '../harness/signed-client.js';

const F = '/forms-bucket';
const BUCKET: Condition = { bucket: F.slice(1) };
let world: AccountWorld;
let alice: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start({ limits: { putBytes: '1MiB' } });
  ({ alice } = world);
  await must(alice.put(F));
});
afterAll(() => world.remove());

const exactly = (fields: Record<string, string>): Condition[] => Object.entries(fields).map(([name, value]) => ({ [name]: value }));

/** A form whose policy says these conditions, signed by Alice. */
const post = (fields: Record<string, string>, conditions: readonly Condition[] = [BUCKET, ...exactly(fields)], file?: FormFile | string, options: FormOptions = {}) =>
  sendForm(world.nobody, F, { ...fields, ...signPolicy(conditions, options.keys ?? ALICE.keys, options) }, file);

const absent = async (key: string) => (await alice.head(`${F}/${key}`)).status === 404;

describe('a form', () => {
  it('stores the file, with what its fields say about it', async () => {
    const fields = {
      key: 'stored',
      'Content-Type': 'text/x-own',
      'Cache-Control': 'max-age=5',
      'Content-Disposition': 'inline',
      'x-amz-meta-name': 'value',
      'x-amz-storage-class': 'STANDARD_IA',
      tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
    };
    const answer = await post(fields, undefined, 'the file');
    expect([answer.status, answer.body.length, answer.headers.etag]).toEqual([204, 0, `"${crypto.hash('md5', 'the file')}"`]);
    expect(answer.headers.location).toMatch(/\/forms-bucket\/stored$/);
    const read = await alice.get(`${F}/stored`);
    expect(read.text).toBe('the file');
    expect(read.headers).toMatchObject({
      'content-type': 'text/x-own',
      'cache-control': 'max-age=5',
      'content-disposition': 'inline',
      'x-amz-meta-name': 'value',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-tagging-count': '1',
    });
    expect(textsOf((await alice.get(`${F}/stored?tagging`)).text, 'Key')).toEqual(['a']);
  });

  it('puts the name of the file, without its path, in the place of ${filename}', async () => {
    const conditions = [BUCKET, ['starts-with', '$key', 'user/'], ['starts-with', '$x-amz-meta-original', '']];
    for (const [name, key] of [['plain.txt', 'plain.txt'], ['C:\\some\\path.txt', 'path.txt'], ['/some/folder/ü b.txt', 'ü b.txt']] as const) {
      expect((await post({ key: 'user/${filename}', 'x-amz-meta-original': 'was ${filename}' }, conditions, { name, content: name })).status).toBe(204);
      const read = await alice.get(`${F}/user/${encodeURIComponent(key)}`);
      expect([read.text, Buffer.from(String(read.headers['x-amz-meta-original']), 'latin1').toString()]).toEqual([name, `was ${key}`]);
    }
  });

  it('is answered as success_action_status says', async () => {
    for (const [wanted, status] of [['200', 200], ['204', 204], ['404', 204], ['', 204]] as const) {
      const answer = await post({ key: 'status', success_action_status: wanted }, [BUCKET, { key: 'status' }, ['starts-with', '$success_action_status', '']]);
      expect([wanted, answer.status, answer.body.length]).toEqual([wanted, status, 0]);
    }
    const created = await post({ key: 'status', success_action_status: '201' });
    expect([created.status, created.headers['content-type'], childNames(created.text)]).toEqual([201, 'application/xml', ['Location', 'Bucket', 'Key', 'ETag']]);
    expect([textOf(created.text, 'Bucket'), textOf(created.text, 'Key'), textOf(created.text, 'ETag')]).toEqual([F.slice(1), 'status', created.headers.etag]);
  });

  it('sends the browser where success_action_redirect says', async () => {
    const redirect = 'https://app.example.com/done?from=form';
    const answer = await post({ key: 'redirected to', success_action_redirect: redirect });
    expect(answer.status).toBe(303);
    const to = new URL(String(answer.headers.location));
    expect([to.origin + to.pathname, Object.fromEntries(to.searchParams)]).toEqual([
      'https://app.example.com/done',
      { from: 'form', bucket: F.slice(1), key: 'redirected to', etag: String(answer.headers.etag) },
    ]);
    expect((await alice.get(`${F}/redirected%20to`)).text).toBe('posted');
    const noUrl = await post({ key: 'not-redirected', success_action_redirect: 'javascript:alert(1)' });
    expect([noUrl.status, noUrl.headers.location?.includes('javascript')]).toEqual([204, false]);
  });

  it('is held against its checksums', async () => {
    const sha256 = crypto.hash('sha256', 'posted', 'base64');
    const good = await post({ key: 'sum', 'x-amz-checksum-sha256': sha256 });
    expect([good.status, good.headers['x-amz-checksum-sha256'], good.headers['x-amz-checksum-type']]).toEqual([204, sha256, 'FULL_OBJECT']);
    expect((await alice.head(`${F}/sum`, { 'x-amz-checksum-mode': 'ENABLED' })).headers['x-amz-checksum-sha256']).toBe(sha256);
    const named = await post({ key: 'sum-named', 'x-amz-checksum-algorithm': 'CRC32C' });
    expect([named.status, typeof named.headers['x-amz-checksum-crc32c']]).toEqual([204, 'string']);
    const wrong = await post({ key: 'sum-wrong', 'x-amz-checksum-sha256': crypto.hash('sha256', 'other', 'base64') });
    expect([wrong.status, wrong.code]).toEqual([400, 'BadDigest']);
    const md5 = await post({ key: 'sum-wrong', 'Content-MD5': crypto.hash('md5', 'other', 'base64') });
    expect([md5.status, md5.code]).toEqual([400, 'BadDigest']);
    expect(await absent('sum-wrong')).toBe(true);
  });

  it('makes a version, and obeys the permissions of who signed it', async () => {
    const V = '/forms-versions';
    await must(alice.put(V));
    await must(alice.put(`${V}?versioning`, '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'));
    const conditions = [{ bucket: V.slice(1) }, { key: 'k' }];
    const made = await sendForm(world.nobody, V, { key: 'k', ...signPolicy(conditions, ALICE.keys) });
    expect((await alice.get(`${V}/k`)).headers['x-amz-version-id']).toBe(made.headers['x-amz-version-id']);
    const byBob = await sendForm(world.nobody, V, { key: 'k', ...signPolicy(conditions, BOB.keys) }, 'by bob');
    expect([byBob.status, byBob.code]).toEqual([403, 'AccessDenied']);
    expect((await alice.get(`${V}/k`)).text).toBe('posted');
  });

  it('without any credential stores where everybody may write', async () => {
    const O = '/forms-open';
    await openBucket(alice, O);
    const refused = await sendForm(world.nobody, O, { key: 'k' });
    expect([refused.status, refused.code]).toEqual([403, 'AccessDenied']);
    await must(alice.put(`${O}?acl`, undefined, { 'x-amz-acl': 'public-read-write' }));
    expect((await sendForm(world.nobody, O, { key: 'k', acl: 'public-read' })).status).toBe(204);
    expect((await world.nobody.get(`${O}/k`)).text).toBe('posted');
  });
});

describe('conditions', () => {
  const met: [string, Record<string, string>, Condition[]][] = [
    ['exact, as an object', { key: 'c' }, [{ key: 'c' }]],
    ['exact, as a list', { key: 'c' }, [['eq', '$key', 'c']]],
    ['the beginning', { key: 'c/d' }, [['starts-with', '$key', 'c/']]],
    ['anything', { key: 'c' }, [['starts-with', '$key', '']]],
    ['names in any case', { Key: 'c', ACL: 'bucket-owner-full-control' }, [{ KEY: 'c' }, ['eq', '$Acl', 'bucket-owner-full-control']]],
    ['each of several types', { key: 'c', 'Content-Type': 'image/png,image/gif' }, [{ key: 'c' }, ['starts-with', '$Content-Type', 'image/']]],
    ['a field to be ignored', { key: 'c', 'x-ignore-this': 'y' }, [{ key: 'c' }]],
    ['a size at both ends', { key: 'c' }, [{ key: 'c' }, ['content-length-range', 6, 6]]],
    ['sizes as texts', { key: 'c' }, [{ key: 'c' }, ['content-length-range', '0', '10']]],
  ];

  it.each(met)('%s: met', async (_, fields, conditions) => {
    expect((await post(fields, [BUCKET, ...conditions])).status).toBe(204);
  });

  const unmet: [string, Record<string, string>, Condition[], number, string][] = [
    ['another value', { key: 'u' }, [{ key: 'U' }], 403, 'AccessDenied'],
    ['another beginning', { key: 'u' }, [['starts-with', '$key', 'v']], 403, 'AccessDenied'],
    ['a field without condition', { key: 'u', acl: 'private' }, [{ key: 'u' }], 403, 'AccessDenied'],
    ['metadata without condition', { key: 'u', 'x-amz-meta-a': 'b' }, [{ key: 'u' }], 403, 'AccessDenied'],
    ['a condition without field', { key: 'u' }, [{ key: 'u' }, { acl: 'private' }], 403, 'AccessDenied'],
    ['one of several types', { key: 'u', 'Content-Type': 'image/png,text/html' }, [{ key: 'u' }, ['starts-with', '$Content-Type', 'image/']], 403, 'AccessDenied'],
    ['too large a file', { key: 'u' }, [{ key: 'u' }, ['content-length-range', 0, 5]], 400, 'EntityTooLarge'],
    ['too small a file', { key: 'u' }, [{ key: 'u' }, ['content-length-range', 7, 100]], 400, 'EntityTooSmall'],
    ['an unknown operation', { key: 'u' }, [['ends-with', '$key', 'u']], 400, 'InvalidPolicyDocument'],
    ['a size that is none', { key: 'u' }, [{ key: 'u' }, ['content-length-range', -1, 5]], 400, 'InvalidPolicyDocument'],
  ];

  it.each(unmet)('%s: refused, and nothing is stored', async (_, fields, conditions, status, code) => {
    const answer = await post(fields, [BUCKET, ...conditions]);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(await absent('u')).toBe(true);
  });

  it('must name the bucket, and this one', async () => {
    for (const conditions of [[{ key: 'u' }], [{ key: 'u' }, { bucket: 'another-bucket' }]]) expect((await post({ key: 'u' }, conditions)).code).toBe('AccessDenied');
    expect((await post({ key: 'u', bucket: 'another-bucket' }, [{ key: 'u' }, { bucket: 'another-bucket' }])).code).toBe('AccessDenied');
    expect(await absent('u')).toBe(true);
  });

  it('hold until the policy expires', async () => {
    const answer = await post({ key: 'u' }, undefined, undefined, { now: Date.now() - 120_000, expiresIn: 60_000 });
    expect([answer.status, answer.code, textOf(answer.text, 'Message')]).toEqual([403, 'AccessDenied', 'Invalid according to Policy: Policy expired.']);
    expect((await post({ key: 'late' }, undefined, undefined, { now: Date.now() - 1_200_000, expiresIn: 2_400_000 })).status).toBe(204);
  });
});

describe('what is no good form', () => {
  const signed = (fields: Record<string, string>) => ({ ...fields, ...signPolicy([BUCKET, ...exactly(fields)], ALICE.keys) });

  it('has another signature, key id, region or policy', async () => {
    const fields = signed({ key: 'bad' });
    const tries: [Record<string, string>, string][] = [
      [{ ...fields, 'x-amz-signature': fields['x-amz-signature']!.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }, 'SignatureDoesNotMatch'],
      [{ ...fields, policy: Buffer.from(Buffer.from(fields['policy']!, 'base64').toString().replace('"bad"', '"bad2"')).toString('base64') }, 'SignatureDoesNotMatch'],
      [{ ...fields, 'x-amz-credential': fields['x-amz-credential']!.replace(ALICE.keys.accessKeyId, 'UNKNOWN') }, 'InvalidAccessKeyId'],
      [{ ...fields, 'x-amz-credential': fields['x-amz-credential']!.replace('us-east-1', 'eu-west-1') }, 'InvalidArgument'],
      [{ ...fields, 'x-amz-algorithm': 'AWS4-HMAC-SHA1' }, 'InvalidArgument'],
      [{ ...fields, 'x-amz-date': 'yesterday' }, 'InvalidArgument'],
    ];
    for (const [form, code] of tries) expect((await sendForm(world.nobody, F, form)).code).toBe(code);
    for (const name of ['policy', 'x-amz-signature', 'x-amz-credential', 'x-amz-date', 'x-amz-algorithm']) {
      const answer = await sendForm(world.nobody, F, Object.entries(fields).filter(([field]) => field !== name));
      expect([name, answer.status, answer.code]).toEqual([name, 400, 'InvalidArgument']);
    }
    expect(await absent('bad')).toBe(true);
    expect((await sendForm(world.nobody, F, fields)).status).toBe(204);
  });

  it('has no key or no file, or is no form', async () => {
    const noKey = await post({}, [BUCKET]);
    expect([noKey.status, noKey.code, textOf(noKey.text, 'ArgumentName')]).toEqual([400, 'InvalidArgument', 'key']);
    const contentType = 'multipart/form-data; boundary=x';
    const noFile = await world.nobody.sendRaw({ method: 'POST', path: F, headers: { 'content-type': contentType }, body: '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--x--\r\n' });
    expect([noFile.status, noFile.code]).toEqual([400, 'InvalidArgument']);
    const noForm = await world.nobody.sendRaw({ method: 'POST', path: F, headers: { 'content-type': contentType }, body: 'no form at all' });
    expect([noForm.status, noForm.code]).toEqual([400, 'MalformedPOSTRequest']);
  });

  it('is larger than one upload may be', async () => {
    const answer = await post({ key: 'huge' }, [BUCKET, { key: 'huge' }], { content: Buffer.alloc(1024 * 1024 + 1) });
    expect([answer.status, answer.code]).toEqual([400, 'EntityTooLarge']);
    expect(await absent('huge')).toBe(true);
  });
});
