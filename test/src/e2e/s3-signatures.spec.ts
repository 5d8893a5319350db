import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeAwsChunked, presignUrl, signRequest } from '@zas/s3-protocol';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const SECOND = { accessKeyId: 'SECONDKEY', secretAccessKey: 'second-secret-key' };
const COLLEAGUE = { accessKeyId: 'COLLEAGUEKEY', secretAccessKey: 'colleague-secret' };
const B = '/signed-bucket';
const credential = { accessKeyId: ROOT_KEYS.accessKeyId, secret: ROOT_KEYS.secretAccessKey, region: 'us-east-1' };
let server: ServerProcess;
let client: SignedClient;

beforeAll(async () => {
  const account = '222222222222';
  server = await ServerProcess.start({
    config: {
      identities: [
        { id: 'second', displayName: 'Second', account, ...SECOND },
        { id: 'colleague', displayName: 'Colleague', account, ...COLLEAGUE },
      ],
    },
  });
  client = new SignedClient(server.url);
  await client.send({ method: 'PUT', path: B });
  await client.send({ method: 'PUT', path: `${B}/known`, body: 'known' });
});
afterAll(async () => {
  client.close();
  await server.remove();
});

const absent = async (key: string) => (await client.send({ method: 'HEAD', path: `${B}/${key}` })).status === 404;
const sendPath = (path: string, method = 'GET', headers: Record<string, string> = { host: client.host }) => {
  const [bare = '', query] = path.split('?');
  return client.sendRaw({ method, path: bare, query, headers });
};

describe('header signatures', () => {
  it('refuses a wrong secret, an unknown key, another region and another service', async () => {
    const wrong = await new SignedClient(server.url, { ...ROOT_KEYS, secretAccessKey: 'not-the-secret' }).send({ method: 'GET', path: B });
    expect([wrong.status, wrong.code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(wrong.text).toContain('<StringToSign>');
    expect(wrong.text).not.toContain(ROOT_KEYS.secretAccessKey);
    const unknown = await new SignedClient(server.url, { ...ROOT_KEYS, accessKeyId: 'UNKNOWN' }).send({ method: 'GET', path: B });
    expect([unknown.status, unknown.code]).toEqual([403, 'InvalidAccessKeyId']);
    const region = await new SignedClient(server.url, ROOT_KEYS, 'eu-west-1').send({ method: 'GET', path: B });
    expect([region.status, region.code]).toEqual([400, 'AuthorizationHeaderMalformed']);
    expect(region.text).toContain('<Region>us-east-1</Region>');
  });

  it('refuses clocks that are more than 15 minutes off', async () => {
    const request = { method: 'GET', path: B };
    for (const minutes of [-16, 16]) {
      const headers = client.sign(request, Date.now() + minutes * 60_000);
      expect((await client.sendRaw({ ...request, headers })).code).toBe('RequestTimeTooSkewed');
    }
    const headers = client.sign(request, Date.now() - 14 * 60_000);
    expect((await client.sendRaw({ ...request, headers })).status).toBe(200);
  });

  it('refuses a signature used for another method, path, query, header or body', async () => {
    const request = { method: 'PUT', path: `${B}/replayed`, body: 'signed body', headers: { 'x-amz-meta-a': '1' } };
    const headers = { ...request.headers, ...client.sign(request) };
    const tries = [
      { ...request, headers, method: 'DELETE', body: undefined },
      { ...request, headers, path: `${B}/elsewhere` },
      { ...request, headers, query: 'partNumber=1&uploadId=x' },
      { ...request, headers: { ...headers, 'x-amz-meta-a': '2' } },
      { ...request, headers: { ...headers, 'x-amz-copy-source': `${B}/known` } },
      { ...request, headers, body: 'another body' },
    ];
    const codes = [];
    for (const attempt of tries) codes.push((await client.sendRaw(attempt)).code);
    expect(codes).toEqual([
      'SignatureDoesNotMatch',
      'SignatureDoesNotMatch',
      'SignatureDoesNotMatch',
      'SignatureDoesNotMatch',
      'AccessDenied',
      'XAmzContentSHA256Mismatch',
    ]);
    expect(await absent('replayed')).toBe(true);
    expect(await absent('elsewhere')).toBe(true);
  });

  it('refuses a body that does not match Content-MD5, and a bad Content-MD5', async () => {
    const wrong = await client.send({ method: 'PUT', path: `${B}/md5`, body: 'x', headers: { 'content-md5': crypto.hash('md5', 'y', 'base64') } });
    expect([wrong.status, wrong.code]).toEqual([400, 'BadDigest']);
    const bad = await client.send({ method: 'PUT', path: `${B}/md5`, body: 'x', headers: { 'content-md5': 'nonsense' } });
    expect([bad.status, bad.code]).toEqual([400, 'InvalidDigest']);
    expect(await absent('md5')).toBe(true);
  });

  it('refuses anonymous callers, other accounts and identities that are not their account’s root', async () => {
    const anonymous = await client.sendRaw({ method: 'GET', path: `${B}/known` });
    expect([anonymous.status, anonymous.code]).toEqual([403, 'AccessDenied']);
    expect((await client.sendRaw({ method: 'PUT', path: `${B}/anonymous`, body: 'x' })).code).toBe('AccessDenied');
    const other = new SignedClient(server.url, SECOND);
    for (const method of ['GET', 'PUT', 'DELETE']) expect((await other.send({ method, path: `${B}/known` })).status).toBe(403);
    expect((await other.send({ method: 'PUT', path: B })).code).toBe('BucketAlreadyExists');
    expect((await other.send({ method: 'PUT', path: '/second-bucket' })).status).toBe(200);
    const colleague = new SignedClient(server.url, COLLEAGUE);
    expect((await colleague.send({ method: 'GET', path: '/second-bucket' })).code).toBe('AccessDenied');
    expect((await other.send({ method: 'GET', path: '/' })).text).toContain('<Name>second-bucket</Name>');
    expect((await client.send({ method: 'GET', path: '/' })).text).not.toContain('second-bucket');
    const stolen = await other.send({ method: 'PUT', path: '/second-bucket/stolen', headers: { 'x-amz-copy-source': `${B}/known` } });
    expect([stolen.status, stolen.code]).toEqual([403, 'AccessDenied']);
    expect((await client.send({ method: 'GET', path: `${B}/known` })).text).toBe('known');
  });
});

describe('presigned URLs', () => {
  const presign = (method: string, key: string, expires: number, at = Date.now()) =>
    presignUrl({ method, host: client.host, rawPath: `${B}/${key}` }, credential, expires, at);

  it('work until they expire', async () => {
    expect((await sendPath(presign('GET', 'known', 60))).text).toBe('known');
    const put = presign('PUT', 'by-url', 60).split('?');
    expect((await client.sendRaw({ method: 'PUT', path: put[0]!, query: put[1], headers: { host: client.host }, body: 'by url' })).status).toBe(200);
    const expired = await sendPath(presign('GET', 'known', 60, Date.now() - 61_000));
    expect([expired.status, expired.code]).toEqual([403, 'AccessDenied']);
    expect(expired.text).toContain('<Expires>');
    expect((await sendPath(presign('GET', 'known', 604_801))).code).toBe('AuthorizationQueryParametersError');
  });

  it('are bound to method, key, expiry and query', async () => {
    const url = presign('GET', 'known', 60);
    expect((await sendPath(url, 'PUT')).code).toBe('SignatureDoesNotMatch');
    expect((await sendPath(url.replace('/known', '/by-url'))).code).toBe('SignatureDoesNotMatch');
    expect((await sendPath(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'))).code).toBe('SignatureDoesNotMatch');
    expect((await sendPath(`${url}&response-content-type=text%2Fhtml`)).code).toBe('SignatureDoesNotMatch');
    expect((await sendPath(url, 'GET', { host: 'elsewhere.test' })).code).toBe('SignatureDoesNotMatch');
  });

  it('carry metadata and ACLs that the signer moved into the query', async () => {
    const moved = (query: string) => presignUrl({ method: 'PUT', host: client.host, rawPath: `${B}/moved`, rawQuery: query }, credential, 60, Date.now());
    const put = (url: string) => client.sendRaw({ method: 'PUT', path: url.split('?')[0]!, query: url.split('?')[1], headers: { host: client.host }, body: 'moved' });
    expect((await put(moved('x-amz-acl=public-read'))).code).toBe('AccessControlListNotSupported');
    const url = moved('x-amz-meta-colour=blue');
    expect((await put(url.replace('blue', 'green'))).code).toBe('SignatureDoesNotMatch');
    expect((await put(url)).status).toBe(200);
    expect((await client.send({ method: 'HEAD', path: `${B}/moved` })).headers['x-amz-meta-colour']).toBe('blue');
  });
});

describe('chunked bodies', () => {
  const body = crypto.randomBytes(200_000);
  const framings = [
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'signed'],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'signed-trailer'],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'unsigned-trailer'],
  ] as const;

  function chunked(key: string, payloadHash: string, framing: (typeof framings)[number][1], trailerValue?: string) {
    const withTrailer = framing !== 'signed';
    const headers: Record<string, string> = {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': String(body.length),
      ...(withTrailer && { 'x-amz-trailer': 'x-amz-checksum-sha256' }),
    };
    const request = { method: 'PUT', host: client.host, rawPath: `${B}/${key}`, headers, payloadHash };
    const signed = signRequest(request, credential, Date.now());
    const sha256 = trailerValue ?? crypto.hash('sha256', body, 'base64');
    const wire = encodeAwsChunked(body, {
      framing,
      signing: signed.signing,
      chunkSize: 65_536,
      trailers: withTrailer ? { 'x-amz-checksum-sha256': sha256 } : undefined,
    });
    return { method: 'PUT', path: `${B}/${key}`, headers: signed.headers, body: wire };
  }

  it.each(framings)('%s is verified and stored without its framing', async (payloadHash, framing) => {
    const stored = await client.sendRaw(chunked(framing, payloadHash, framing));
    expect(stored.status).toBe(200);
    const read = await client.send({ method: 'GET', path: `${B}/${framing}`, headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    expect(read.body.equals(body)).toBe(true);
    expect(read.headers['content-encoding']).toBeUndefined();
    if (framing !== 'signed') expect(read.headers['x-amz-checksum-sha256']).toBe(crypto.hash('sha256', body, 'base64'));
  });

  it.each(framings.slice(0, 2))('%s with one flipped byte stores nothing', async (payloadHash, framing) => {
    const request = chunked(`flipped-${framing}`, payloadHash, framing);
    const wire = Buffer.from(request.body);
    wire[100_000]! ^= 1;
    expect((await client.sendRaw({ ...request, body: wire })).code).toBe('SignatureDoesNotMatch');
    expect(await absent(`flipped-${framing}`)).toBe(true);
  });

  it('a wrong checksum in the trailer stores nothing', async () => {
    const answer = await client.sendRaw(chunked('bad-trailer', framings[2][0], 'unsigned-trailer', crypto.hash('sha256', 'other', 'base64')));
    expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
    expect(await absent('bad-trailer')).toBe(true);
  });

  it('a truncated body stores nothing', async () => {
    const request = chunked('short', framings[0][0], 'signed');
    const answer = await client.sendRaw({ ...request, body: Buffer.from(request.body).subarray(0, 150_000) });
    expect(answer.status).toBe(400);
    expect(await absent('short')).toBe(true);
  });
});
