import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, AccountWorld, BOB, must, policyOf } from '../harness/account-world.js';
import { childNames, textOf, textsOf } from '../harness/read-xml.js';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';

const B = '/answers-bucket';
let world: AccountWorld;
let alice: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start();
  ({ alice } = world);
  await must(alice.put(B));
  await must(alice.put(`${B}/key`, 'x'));
});
afterAll(() => world.remove());

const said = ({ status, code }: RawResponse) => [status, code];

describe('error documents', () => {
  const cases: [string, () => Promise<RawResponse>, number, string, Record<string, string>][] = [
    ['an absent key', () => alice.get(`${B}/no%20such`), 404, 'NoSuchKey', { Key: 'no such', Message: 'The specified key does not exist.' }],
    ['an absent bucket', () => alice.get('/answers-absent/k'), 404, 'NoSuchBucket', { BucketName: 'answers-absent', Message: 'The specified bucket does not exist' }],
    ['an absent upload', () => alice.get(`${B}/key?uploadId=none`), 404, 'NoSuchUpload', { UploadId: 'none' }],
    ['a bucket that is not empty', () => alice.delete(B), 409, 'BucketNotEmpty', { BucketName: 'answers-bucket', Message: 'The bucket you tried to delete is not empty' }],
    ['a bad bucket name', () => alice.put('/Answers_'), 400, 'InvalidBucketName', { BucketName: 'Answers_', Message: 'The specified bucket is not valid.' }],
    ['a range beyond the end', () => alice.get(`${B}/key`, { range: 'bytes=5-' }), 416, 'InvalidRange', { RangeRequested: 'bytes=5-', ActualObjectSize: '1' }],
    ['a failed condition', () => alice.get(`${B}/key`, { 'if-match': '"x"' }), 412, 'PreconditionFailed', { Condition: 'If-Match' }],
    ['a failed condition on a date', () => alice.get(`${B}/key`, { 'if-unmodified-since': 'Thu, 01 Jan 2015 00:00:00 GMT' }), 412, 'PreconditionFailed', { Condition: 'If-Unmodified-Since' }],
    ['a failed condition of a write', () => alice.put(`${B}/key`, 'y', { 'if-none-match': '*' }), 412, 'PreconditionFailed', { Condition: 'If-None-Match' }],
    ['a number that is none', () => alice.get(`${B}?max-keys=many`), 400, 'InvalidArgument', { ArgumentName: 'max-keys', ArgumentValue: 'many' }],
    ['a method that S3 does not have', () => alice.call('PATCH', `${B}/key`), 405, 'MethodNotAllowed', { Method: 'PATCH' }],
    ['a key that is too long', () => alice.put(`${B}/${'k'.repeat(1025)}`, 'x'), 400, 'KeyTooLongError', { Size: '1025', MaxSizeAllowed: '1024' }],
    ['a wrong digest', () => alice.put(`${B}/bad`, 'x', { 'content-md5': crypto.hash('md5', 'y', 'base64') }), 400, 'BadDigest', { ExpectedDigest: crypto.hash('md5', 'y', 'base64'), CalculatedDigest: crypto.hash('md5', 'x', 'base64') }],
    ['text that needs escaping', () => alice.get(`${B}/${encodeURIComponent('<a>&"b"')}`), 404, 'NoSuchKey', { Key: '<a>&"b"' }],
  ];

  it.each(cases)('of %s', async (_, send, status, code, fields) => {
    const answer = await send();
    expect([answer.status, answer.code, answer.headers['content-type']]).toEqual([status, code, 'application/xml']);
    expect(answer.text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>/);
    const names = childNames(answer.text);
    expect([names.slice(0, 2), names.slice(-2)]).toEqual([['Code', 'Message'], ['RequestId', 'HostId']]);
    for (const [name, value] of Object.entries(fields)) expect([name, textOf(answer.text, name)]).toEqual([name, value]);
    expect([textOf(answer.text, 'RequestId'), textOf(answer.text, 'HostId')]).toEqual([answer.headers['x-amz-request-id'], answer.headers['x-amz-id-2']]);
  });

  it('of a signature show what was signed, and of a key id the id', async () => {
    const headers = alice.sign({ method: 'GET', path: `${B}/key` });
    const wrong = await alice.sendRaw({ method: 'GET', path: `${B}/other`, headers });
    expect(said(wrong)).toEqual([403, 'SignatureDoesNotMatch']);
    expect(childNames(wrong.text).filter((name) => /^(AWS|String|Signature|Canonical)/.test(name))).toEqual(['AWSAccessKeyId', 'StringToSign', 'SignatureProvided', 'StringToSignBytes', 'CanonicalRequest', 'CanonicalRequestBytes']);
    expect(textOf(wrong.text, 'CanonicalRequest')).toContain(`GET\n${B}/other\n`);
    expect(wrong.text).not.toContain(ALICE.keys.secretAccessKey);
  });

  it('are left out of answers to HEAD', async () => {
    for (const [target, status] of [[`${B}/none`, 404], ['/answers-absent', 404], [`${B}/key?versionId=x`, 400]] as const) {
      const answer = await alice.head(target);
      expect([target, answer.status, answer.body.length, typeof answer.headers['x-amz-request-id']]).toEqual([target, status, 0, 'string']);
    }
  });
});

describe('headers', () => {
  it('are spelled as AWS spells them, each once', async () => {
    await must(alice.put(`${B}/spelled`, 'x', { 'content-type': 'a/b', 'cache-control': 'no-cache', 'x-amz-meta-mine': 'y' }));
    const answers = [await alice.get(`${B}/spelled`, { range: 'bytes=0-0' }), await alice.get(B), await alice.get(`${B}/none`), await alice.put(`${B}/spelled-put`, 'x')];
    for (const { rawHeaders } of answers) {
      const names = rawHeaders.filter((_, i) => i % 2 === 0);
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^(ETag|x-amz-[a-z0-9-]+|[A-Z][a-z]+(-[A-Z][a-z]+)*)$/);
    }
    expect(answers[0]!.rawHeaders).toEqual(expect.arrayContaining(['ETag', 'Content-Type', 'Content-Length', 'Content-Range', 'Last-Modified', 'Accept-Ranges', 'Cache-Control', 'x-amz-meta-mine', 'x-amz-request-id', 'x-amz-id-2', 'Date', 'Server']));
  });

  it('name each request by an id of its own, and one host', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => alice.head(`${B}/key`)));
    expect(new Set(answers.map(({ headers }) => headers['x-amz-request-id'])).size).toBe(20);
    expect(new Set(answers.map(({ headers }) => headers['x-amz-id-2'])).size).toBe(1);
  });

  it('tell checksum and its kind of what was put, and the same from then on', async () => {
    for (const [algorithm, header] of [['CRC32', 'x-amz-checksum-crc32'], ['CRC32C', 'x-amz-checksum-crc32c'], ['CRC64NVME', 'x-amz-checksum-crc64nvme'], ['SHA1', 'x-amz-checksum-sha1'], ['SHA256', 'x-amz-checksum-sha256']] as const) {
      const put = await must(alice.put(`${B}/sum/${algorithm}`, 'x', { 'x-amz-sdk-checksum-algorithm': algorithm }));
      expect([put.headers[header], put.headers['x-amz-checksum-type']]).toEqual([expect.any(String), 'FULL_OBJECT']);
      for (const method of ['GET', 'HEAD']) {
        const shown = await alice.call(method, `${B}/sum/${algorithm}`, { headers: { 'x-amz-checksum-mode': 'ENABLED' } });
        expect([shown.headers[header], shown.headers['x-amz-checksum-type']]).toEqual([put.headers[header], 'FULL_OBJECT']);
      }
    }
    for (const query of ['list-type=2', 'versions', '']) {
      const rows = textsOf((await alice.get(`${B}?prefix=sum%2F&${query}`)).text, query === 'versions' ? 'Version' : 'Contents');
      expect(rows.map((row) => [textOf(row, 'ChecksumAlgorithm'), textOf(row, 'ChecksumType')])).toEqual(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'].map((algorithm) => [algorithm, 'FULL_OBJECT']));
    }
    const copied = await must(alice.put(`${B}/sum-copied`, undefined, { 'x-amz-copy-source': `${B}/sum/SHA1`, 'x-amz-checksum-algorithm': 'SHA256' }));
    expect([textOf(copied.text, 'ChecksumSHA256'), textOf(copied.text, 'ChecksumType')]).toEqual([crypto.hash('sha256', 'x', 'base64'), 'FULL_OBJECT']);
  });

  it('tell the checksum of uploads and their parts where they are listed', async () => {
    const started = await must(alice.post(`${B}/listed?uploads`, undefined, { 'x-amz-checksum-algorithm': 'CRC32C' }));
    expect([started.headers['x-amz-checksum-algorithm'], started.headers['x-amz-checksum-type']]).toEqual(['CRC32C', 'COMPOSITE']);
    const id = textOf(started.text, 'UploadId');
    const part = await must(alice.put(`${B}/listed?partNumber=1&uploadId=${id}`, 'x', { 'x-amz-sdk-checksum-algorithm': 'CRC32C' }));
    const parts = (await alice.get(`${B}/listed?uploadId=${id}`)).text;
    expect([textOf(parts, 'ChecksumAlgorithm'), textOf(parts, 'ChecksumType'), textOf(parts, 'ChecksumCRC32C')]).toEqual(['CRC32C', 'COMPOSITE', part.headers['x-amz-checksum-crc32c']]);
    expect([textOf(parts, 'Initiator'), textOf(parts, 'Owner')].map((party) => textOf(party!, 'ID'))).toEqual([ALICE.canonicalId, ALICE.canonicalId]);
    const uploads = (await alice.get(`${B}?uploads`)).text;
    expect([textOf(uploads, 'ChecksumAlgorithm'), textOf(uploads, 'ChecksumType'), textOf(uploads, 'UploadId')]).toEqual(['CRC32C', 'COMPOSITE', id]);
    await must(alice.delete(`${B}/listed?uploadId=${id}`));
  });
});

describe('ListBuckets', () => {
  const names = ['listed-a', 'listed-b', 'listed-c', 'other-d'];
  const list = async (query: string) => {
    const { text } = await must(world.carol.get(`/?${query}`));
    return { names: textsOf(text, 'Name'), token: textOf(text, 'ContinuationToken'), prefix: textOf(text, 'Prefix'), text };
  };

  it('goes in pages and by prefix, and without either shows all', async () => {
    for (const name of names) await must(world.carol.put(`/${name}`));
    const all = await list('');
    expect([all.names, all.token]).toEqual([names, undefined]);
    const [first] = textsOf(all.text, 'Bucket');
    expect([childNames(all.text), childNames(`<Bucket>${first}</Bucket>`)]).toEqual([['Owner', 'Buckets'], ['Name', 'CreationDate', 'BucketRegion']]);
    const pages = [];
    for (let token: string | undefined = ''; token !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(`max-buckets=2${token && `&continuation-token=${encodeURIComponent(token)}`}`);
      pages.push(page.names);
      token = page.token;
    }
    expect(pages).toEqual([names.slice(0, 2), names.slice(2)]);
    const prefixed = await list('prefix=listed-&max-buckets=2');
    expect([prefixed.names, prefixed.prefix]).toEqual([['listed-a', 'listed-b'], 'listed-']);
    expect((await list(`prefix=listed-&max-buckets=2&continuation-token=${encodeURIComponent(prefixed.token!)}`)).names).toEqual(['listed-c']);
    expect((await list('prefix=nothing')).names).toEqual([]);
  });

  it('refuses counts and tokens that are none', async () => {
    for (const query of ['max-buckets=0', 'max-buckets=-1', 'max-buckets=x', 'continuation-token=forged']) {
      expect([query, ...said(await world.carol.get(`/?${query}`))]).toEqual([query, 400, 'InvalidArgument']);
    }
  });
});

describe('names of buckets', () => {
  it.each(['abc', 'a'.repeat(63), '1bucket', 'with-dash', 'with.dot', '1.2.3.4.5', 'my-logs-2024'])('%s is taken', async (name) => {
    expect((await alice.put(`/${name}`)).status).toBe(200);
    expect((await alice.head(`/${name}`)).headers['x-amz-bucket-region']).toBe('us-east-1');
    expect((await alice.delete(`/${name}`)).status).toBe(204);
  });

  it.each(['ab', 'a'.repeat(64), 'Upper', 'under_score', '-dash', 'dash-', '.dot', 'dot.', 'two..dots', '192.168.5.4', 'xn--name', 'sthree-name', 'amzn-s3-demo-x', 'name-s3alias', 'name--ol-s3', 'name.mrap', 'name--x-s3', 'name--table-s3', 'sp%20ace', '%C3%BCmlaut'])('%s is refused', async (name) => {
    expect(said(await alice.put(`/${name}`))).toEqual([400, 'InvalidBucketName']);
  });
});

describe('who pays and who owns', () => {
  const pay = (payer: string) => must(alice.put(`${B}?requestPayment`, `<RequestPaymentConfiguration><Payer>${payer}</Payer></RequestPaymentConfiguration>`));
  const bob = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${B.slice(1)}/*` };

  it('where the requester pays he says so, and is told so', async () => {
    await must(alice.delete(`${B}?publicAccessBlock`));
    await must(alice.put(`${B}?policy`, policyOf(bob)));
    expect(textOf((await alice.get(`${B}?requestPayment`)).text, 'Payer')).toBe('BucketOwner');
    expect((await world.bob.get(`${B}/key`, { 'x-amz-request-payer': 'requester' })).headers).not.toHaveProperty('x-amz-request-charged');
    await pay('Requester');
    expect(textOf((await alice.get(`${B}?requestPayment`)).text, 'Payer')).toBe('Requester');
    expect(said(await world.bob.get(`${B}/key`))).toEqual([403, 'AccessDenied']);
    expect(said(await world.bob.get(`${B}/key`, { 'x-amz-request-payer': 'bucketowner' }))).toEqual([403, 'AccessDenied']);
    expect(said(await world.nobody.get(`${B}/key`, { 'x-amz-request-payer': 'requester' }))).toEqual([403, 'AccessDenied']);
    const paid = await world.bob.get(`${B}/key`, { 'x-amz-request-payer': 'requester' });
    expect([paid.text, paid.headers['x-amz-request-charged']]).toEqual(['x', 'requester']);
    const own = await alice.get(`${B}/key`);
    expect([own.status, own.headers['x-amz-request-charged']]).toEqual([200, undefined]);
    expect((await alice.put(`${B}?requestPayment`, '<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>')).code).toBe('MalformedXML');
    await pay('BucketOwner');
    expect((await world.bob.get(`${B}/key`)).status).toBe(200);
  });

  it('a request that expects another owner is refused, whatever it is', async () => {
    const [right, wrong] = [ALICE, BOB].map(({ account }) => ({ 'x-amz-expected-bucket-owner': account }));
    expect((await alice.get(`${B}/key`, right)).status).toBe(200);
    for (const [method, target] of [['GET', `${B}/key`], ['PUT', `${B}/key`], ['DELETE', `${B}/key`], ['GET', B], ['PUT', `${B}?versioning`], ['DELETE', B]] as const) {
      expect([method, target, ...said(await alice.call(method, target, { headers: wrong }))]).toEqual([method, target, 403, 'AccessDenied']);
    }
    const malformed = await alice.get(`${B}/key`, { 'x-amz-expected-bucket-owner': 'alice' });
    expect(said(malformed)).toEqual([400, 'InvalidBucketOwnerAWSAccountID']);
    const source = (account: string) => alice.put(`${B}/copied`, undefined, { 'x-amz-copy-source': `${B}/key`, 'x-amz-source-expected-bucket-owner': account });
    expect(said(await source(BOB.account))).toEqual([403, 'AccessDenied']);
    expect((await alice.head(`${B}/copied`)).status).toBe(404);
    expect((await source(ALICE.account)).status).toBe(200);
    expect((await alice.get(`${B}/key`)).text).toBe('x');
  });
});
