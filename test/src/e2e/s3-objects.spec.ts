import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

let server: ServerProcess;
let client: SignedClient;
const BUCKET = '/test-bucket';

beforeAll(async () => {
  server = await ServerProcess.start();
  client = new SignedClient(server.url);
  expect((await client.send({ method: 'PUT', path: BUCKET })).status).toBe(200);
});
afterAll(async () => {
  client.close();
  await server.remove();
});

const put = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  client.send({ method: 'PUT', path: BUCKET + path, body, headers });
const get = (path: string, headers: Record<string, string> = {}, query?: string) =>
  client.send({ method: 'GET', path: BUCKET + path, headers, query });

describe('objects', () => {
  it('gives back bytes, headers and metadata as they were put', async () => {
    const stored = await put('/meta', 'body', {
      'content-type': 'text/x-test; charset=utf-8',
      'cache-control': 'max-age=5',
      'content-disposition': 'attachment; filename="a"',
      'content-language': 'de',
      'content-encoding': 'x-own',
      expires: 'Wed, 21 Oct 2037 07:28:00 GMT',
      'x-amz-meta-some-name': 'some value',
    });
    expect(stored.status).toBe(200);
    expect(stored.headers.etag).toBe(`"${crypto.hash('md5', 'body')}"`);
    expect(stored.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
    const read = await get('/meta');
    expect(read.text).toBe('body');
    expect(read.headers).toMatchObject({
      'content-type': 'text/x-test; charset=utf-8',
      'cache-control': 'max-age=5',
      'content-disposition': 'attachment; filename="a"',
      'content-language': 'de',
      'content-encoding': 'x-own',
      expires: 'Wed, 21 Oct 2037 07:28:00 GMT',
      'x-amz-meta-some-name': 'some value',
      'accept-ranges': 'bytes',
      'content-length': '4',
      etag: stored.headers.etag,
    });
    const head = await client.send({ method: 'HEAD', path: `${BUCKET}/meta` });
    expect(head.status).toBe(200);
    expect(head.body.length).toBe(0);
    expect(head.headers['content-length']).toBe('4');
    expect(head.headers['x-amz-meta-some-name']).toBe('some value');
  });

  it('computes CRC64NVME when the client states no checksum, and shows it on demand', async () => {
    const stored = await put('/crc', '123456789');
    expect(stored.headers['x-amz-checksum-crc64nvme']).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
    expect((await get('/crc')).headers['x-amz-checksum-crc64nvme']).toBeUndefined();
    const shown = await get('/crc', { 'x-amz-checksum-mode': 'ENABLED' });
    expect(shown.headers['x-amz-checksum-crc64nvme']).toBe(stored.headers['x-amz-checksum-crc64nvme']);
    expect(shown.headers['x-amz-checksum-type']).toBe('FULL_OBJECT');
  });

  it.each([
    ['x-amz-checksum-crc32', 'crc32', 'cbf43926'],
    ['x-amz-checksum-crc32c', 'crc32c', 'e3069283'],
    ['x-amz-checksum-crc64nvme', 'crc64', 'ae8b14860a799888'],
    ['x-amz-checksum-sha1', 'sha1', crypto.hash('sha1', '123456789')],
    ['x-amz-checksum-sha256', 'sha256', crypto.hash('sha256', '123456789')],
  ])('verifies, keeps and returns %s', async (header, name, hex) => {
    const value = Buffer.from(hex, 'hex').toString('base64');
    const stored = await put(`/sum-${name}`, '123456789', { [header]: value });
    expect(stored.status).toBe(200);
    expect(stored.headers[header]).toBe(value);
    expect((await get(`/sum-${name}`, { 'x-amz-checksum-mode': 'ENABLED' })).headers[header]).toBe(value);
    const wrong = await put(`/sum-${name}-wrong`, '123456780', { [header]: value });
    expect([wrong.status, wrong.code]).toEqual([400, 'BadDigest']);
    expect((await get(`/sum-${name}-wrong`)).status).toBe(404);
  });

  it.each([3, 200_000])('answers ranges of a body of %d bytes', async (size) => {
    const body = crypto.randomBytes(size);
    await put(`/range-${size}`, body);
    const range = (value: string) => get(`/range-${size}`, { range: value });
    const middle = await range('bytes=1-1');
    expect([middle.status, middle.headers['content-range']]).toEqual([206, `bytes 1-1/${size}`]);
    expect(middle.body.equals(body.subarray(1, 2))).toBe(true);
    expect((await range('bytes=1-')).body.equals(body.subarray(1))).toBe(true);
    expect((await range('bytes=-2')).body.equals(body.subarray(-2))).toBe(true);
    expect((await range(`bytes=0-${size * 2}`)).body.equals(body)).toBe(true);
    const beyond = await range(`bytes=${size}-`);
    expect([beyond.status, beyond.code]).toEqual([416, 'InvalidRange']);
    const several = await range('bytes=0-0,2-2');
    expect([several.status, several.body.length]).toEqual([200, size]);
  });

  it('honours conditions of reads', async () => {
    const { headers } = await put('/cond', 'x');
    const etag = headers.etag!;
    const modified = (await get('/cond')).headers['last-modified']!;
    expect((await get('/cond', { 'if-match': etag })).status).toBe(200);
    expect((await get('/cond', { 'if-match': '"other"' })).status).toBe(412);
    const unchanged = await get('/cond', { 'if-none-match': etag });
    expect([unchanged.status, unchanged.body.length, unchanged.headers.etag]).toEqual([304, 0, etag]);
    expect((await get('/cond', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get('/cond', { 'if-modified-since': modified })).status).toBe(304);
    expect((await get('/cond', { 'if-unmodified-since': 'Thu, 01 Jan 2015 00:00:00 GMT' })).status).toBe(412);
  });

  it('honours If-None-Match: * and If-Match on PUT', async () => {
    expect((await put('/once', '1', { 'if-none-match': '*' })).status).toBe(200);
    const again = await put('/once', '2', { 'if-none-match': '*' });
    expect([again.status, again.code]).toEqual([412, 'PreconditionFailed']);
    expect((await get('/once')).text).toBe('1');
    expect((await put('/once', '3', { 'if-match': `"${crypto.hash('md5', '1')}"` })).status).toBe(200);
    expect((await put('/once', '4', { 'if-match': `"${crypto.hash('md5', '1')}"` })).status).toBe(412);
    expect((await put('/absent', '5', { 'if-match': '"x"' })).status).toBe(404);
    expect((await get('/once')).text).toBe('3');
  });

  it('lets exactly one of many concurrent If-None-Match: * writers win', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => put('/race', `writer ${i}`, { 'if-none-match': '*' })));
    expect(results.filter((result) => result.status === 200)).toHaveLength(1);
    expect(results.filter((result) => result.status === 412)).toHaveLength(19);
  });

  it('overrides response headers for signed requests', async () => {
    await put('/override', 'x');
    const answer = await get('/override', {}, 'response-cache-control=no-store&response-content-type=text%2Fown');
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/own' });
  });

  it('refuses what it does not implement, and stores nothing', async () => {
    expect((await put('/no', 'x', { 'x-amz-server-side-encryption': 'AES256' })).status).toBe(501);
    expect((await get('/no')).status).toBe(404);
    for (const query of ['restore', 'select', 'torrent']) {
      expect([(await get('/no', {}, query)).status, query]).toEqual([501, query]);
    }
    for (const query of ['lifecycle', 'encryption', 'website', 'replication', 'notification', 'logging', 'inventory', 'accelerate']) {
      const answer = await client.send({ method: 'PUT', path: BUCKET, query, body: '<x/>' });
      expect([answer.status, query]).toEqual([501, query]);
    }
  });

  it('never mistakes a sub-resource for the thing itself', async () => {
    await put('/safe', 'x');
    for (const query of ['uploads', 'versions', 'location', 'delete']) {
      expect((await client.send({ method: 'DELETE', path: BUCKET, query })).status).not.toBe(204);
    }
    expect((await client.send({ method: 'PUT', path: `${BUCKET}/safe`, query: 'uploadId=none', body: 'y' })).status).toBe(405);
    expect((await get('/safe')).text).toBe('x');
  });

  it('copies within and between buckets, with metadata directives and conditions', async () => {
    await client.send({ method: 'PUT', path: '/other-bucket' });
    const source = await put('/from', 'copied', { 'content-type': 'text/one', 'x-amz-meta-a': '1' });
    const copy = (path: string, headers: Record<string, string>) => client.send({ method: 'PUT', path, headers });
    const done = await copy('/other-bucket/to', { 'x-amz-copy-source': '/test-bucket/from' });
    expect(done.text).toContain(`<ETag>&quot;${crypto.hash('md5', 'copied')}&quot;</ETag>`);
    const read = await client.send({ method: 'GET', path: '/other-bucket/to' });
    expect([read.text, read.headers['content-type'], read.headers['x-amz-meta-a']]).toEqual(['copied', 'text/one', '1']);
    await copy(`${BUCKET}/from`, {
      'x-amz-copy-source': 'test-bucket/from',
      'x-amz-metadata-directive': 'REPLACE',
      'content-type': 'text/two',
    });
    const replaced = await get('/from');
    expect([replaced.text, replaced.headers['content-type'], replaced.headers['x-amz-meta-a']]).toEqual(['copied', 'text/two', undefined]);
    const itself = await copy(`${BUCKET}/from`, { 'x-amz-copy-source': 'test-bucket/from' });
    expect([itself.status, itself.code]).toEqual([400, 'InvalidRequest']);
    const refused = await copy('/other-bucket/no', { 'x-amz-copy-source': 'test-bucket/from', 'x-amz-copy-source-if-none-match': source.headers.etag! });
    expect(refused.status).toBe(412);
    const absent = await copy('/other-bucket/no', { 'x-amz-copy-source': 'test-bucket/absent' });
    expect([absent.status, absent.code]).toEqual([404, 'NoSuchKey']);
  });

  it('keeps an object readable to the end while it is overwritten and deleted', async () => {
    const body = crypto.randomBytes(8 * 1024 * 1024);
    await put('/moving', body);
    const reads = Array.from({ length: 4 }, () => get('/moving'));
    await put('/moving', 'new');
    await client.send({ method: 'DELETE', path: `${BUCKET}/moving` });
    for (const read of await Promise.all(reads)) {
      if (read.status === 200 && read.body.length > 3) expect(read.body.equals(body)).toBe(true);
      else expect([200, 404]).toContain(read.status);
    }
  });

  it('deletes many at once, each answered alone', async () => {
    await put('/d1', 'x');
    const xml = '<Delete><Object><Key>d1</Key></Object><Object><Key>never-there</Key></Object></Delete>';
    const headers = { 'content-md5': crypto.hash('md5', xml, 'base64') };
    const answer = await client.send({ method: 'POST', path: BUCKET, query: 'delete', body: xml, headers });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<Deleted><Key>d1</Key></Deleted>');
    expect(answer.text).toContain('<Deleted><Key>never-there</Key></Deleted>');
    expect((await get('/d1')).status).toBe(404);
    const unprotected = await client.send({ method: 'POST', path: BUCKET, query: 'delete', body: xml });
    expect([unprotected.status, unprotected.code]).toEqual([400, 'InvalidRequest']);
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><Delete><Object><Key>&a;</Key></Object></Delete>';
    const refused = await client.send({ method: 'POST', path: BUCKET, query: 'delete', body: bomb, headers: { 'content-md5': crypto.hash('md5', bomb, 'base64') } });
    expect([refused.status, refused.code]).toEqual([400, 'MalformedXML']);
  });

  it('answers errors as AWS does', async () => {
    const absent = await get('/not-there');
    expect([absent.status, absent.code, absent.headers['content-type']]).toEqual([404, 'NoSuchKey', 'application/xml']);
    expect(absent.text).toContain(`<RequestId>${absent.headers['x-amz-request-id']}</RequestId>`);
    const bucket = await client.send({ method: 'GET', path: '/no-such-bucket/x' });
    expect([bucket.status, bucket.code]).toEqual([404, 'NoSuchBucket']);
    const long = await put(`/${'k'.repeat(1025)}`, 'x');
    expect([long.status, long.code]).toEqual([400, 'KeyTooLongError']);
    expect((await client.send({ method: 'DELETE', path: BUCKET })).code).toBe('BucketNotEmpty');
    expect((await client.send({ method: 'PUT', path: '/Bad_Name' })).code).toBe('InvalidBucketName');
    expect((await client.send({ method: 'PATCH', path: BUCKET })).code).toBe('MethodNotAllowed');
  });

  it('answers each key that is too long on its own, also when there is no other', async () => {
    const body = `<Delete><Object><Key>${'k'.repeat(1025)}</Key></Object></Delete>`;
    const headers = { 'content-md5': crypto.hash('md5', body, 'base64') };
    const answer = await client.send({ method: 'POST', path: BUCKET, query: 'delete=', headers, body });
    expect([answer.status, answer.code]).toEqual([200, 'KeyTooLongError']);
  });
});
