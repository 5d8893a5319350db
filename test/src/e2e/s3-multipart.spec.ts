import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const MIB = 1024 * 1024;
const B = '/parts-bucket';
let server: ServerProcess;
let client: SignedClient;

beforeAll(async () => {
  server = await ServerProcess.start();
  client = new SignedClient(server.url);
  await client.send({ method: 'PUT', path: B });
});
afterAll(async () => {
  client.close();
  await server.remove();
});

async function begin(key: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await client.send({ method: 'POST', path: `${B}/${key}`, query: 'uploads=', headers });
  expect(answer.status).toBe(200);
  return /<UploadId>(.*?)</.exec(answer.text)![1]!;
}

const part = (key: string, id: string, number: number, body: Uint8Array, headers = {}) =>
  client.send({ method: 'PUT', path: `${B}/${key}`, query: `partNumber=${number}&uploadId=${id}`, body, headers });

const complete = (key: string, id: string, parts: readonly (readonly [number, string])[], headers = {}) => {
  const list = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`).join('');
  return client.send({ method: 'POST', path: `${B}/${key}`, query: `uploadId=${id}`, body: `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`, headers });
};

const get = (key: string, headers = {}, query?: string) => client.send({ method: 'GET', path: `${B}/${key}`, headers, query });

describe('multipart', () => {
  const first = crypto.randomBytes(5 * MIB);
  const second = crypto.randomBytes(5 * MIB + 1);
  const third = Buffer.from('small tail');

  it('puts parts together, serves ranges and parts of the whole, and repeats the answer of Complete', async () => {
    const id = await begin('whole', { 'x-amz-meta-kept': 'yes', 'content-type': 'x/y' });
    const etags: string[] = [];
    for (const [number, body] of [[3, third], [1, first], [2, second]] as const) {
      const answer = await part('whole', id, number, body);
      expect(answer.headers.etag).toBe(`"${crypto.hash('md5', body)}"`);
      etags[number] = answer.headers.etag!;
    }
    const listing = await client.send({ method: 'GET', path: `${B}/whole`, query: `uploadId=${id}&max-parts=2` });
    expect(listing.text).toContain('<NextPartNumberMarker>2</NextPartNumberMarker>');
    expect(listing.text).toContain('<IsTruncated>true</IsTruncated>');
    expect((await get('whole')).status).toBe(404);
    const named = [1, 2, 3].map((number) => [number, etags[number]!] as const);
    const done = await complete('whole', id, named);
    const md5s = Buffer.concat([first, second, third].map((body) => crypto.createHash('md5').update(body).digest()));
    const etag = `${crypto.hash('md5', md5s)}-3`;
    expect(done.text).toContain(`<ETag>&quot;${etag}&quot;</ETag>`);
    const again = await complete('whole', id, named);
    expect([again.status, again.text]).toEqual([200, done.text]);
    expect((await complete('whole', id, named.slice(0, 2))).code).toBe('NoSuchUpload');
    const whole = Buffer.concat([first, second, third]);
    const read = await get('whole');
    expect(read.body.equals(whole)).toBe(true);
    expect(read.headers).toMatchObject({ etag: `"${etag}"`, 'x-amz-meta-kept': 'yes', 'content-type': 'x/y' });
    const across = await get('whole', { range: `bytes=${5 * MIB - 3}-${10 * MIB + 5}` });
    expect(across.body.equals(whole.subarray(5 * MIB - 3, 10 * MIB + 6))).toBe(true);
    const two = await get('whole', {}, 'partNumber=2');
    expect([two.status, two.headers['x-amz-mp-parts-count'], two.headers['content-range']]).toEqual([206, '3', `bytes ${5 * MIB}-${10 * MIB}/${whole.length}`]);
    expect(two.body.equals(second)).toBe(true);
    expect((await get('whole', {}, 'partNumber=4')).status).toBe(416);
  });

  it('refuses parts that are absent, out of order, too small or of another etag', async () => {
    const id = await begin('bad');
    const one = (await part('bad', id, 1, Buffer.from('tiny'))).headers.etag!;
    const two = (await part('bad', id, 2, Buffer.from('tiny2'))).headers.etag!;
    expect((await complete('bad', id, [[1, one], [2, two]])).code).toBe('EntityTooSmall');
    expect((await complete('bad', id, [[2, two], [1, one]])).code).toBe('InvalidPartOrder');
    expect((await complete('bad', id, [[1, two]])).code).toBe('InvalidPart');
    expect((await complete('bad', id, [[7, one]])).code).toBe('InvalidPart');
    expect((await complete('bad', id, [])).code).toBe('MalformedXML');
    expect((await part('bad', id, 0, third)).code).toBe('InvalidArgument');
    expect((await part('bad', id, 10_001, third)).code).toBe('InvalidArgument');
    expect((await part('bad', 'nosuchupload', 1, third)).code).toBe('NoSuchUpload');
    expect((await complete('bad', id, [[1, one]])).status).toBe(200);
  });

  it('honours If-None-Match: * on Complete', async () => {
    const ids = [await begin('cond'), await begin('cond')];
    const etag = (await part('cond', ids[0]!, 1, third)).headers.etag!;
    await part('cond', ids[1]!, 1, third);
    expect((await complete('cond', ids[0]!, [[1, etag]], { 'if-none-match': '*' })).status).toBe(200);
    expect((await complete('cond', ids[1]!, [[1, etag]], { 'if-none-match': '*' })).status).toBe(412);
  });

  it('makes a full-object CRC of the parts', async () => {
    const id = await begin('crc', { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'FULL_OBJECT' });
    const etags = [await part('crc', id, 1, first), await part('crc', id, 2, third)].map((answer) => answer.headers.etag!);
    const done = await complete('crc', id, [[1, etags[0]!], [2, etags[1]!]]);
    const crc = /<ChecksumCRC64NVME>(.*?)</.exec(done.text)![1];
    const same = await client.send({ method: 'PUT', path: `${B}/crc-whole`, body: Buffer.concat([first, third]) });
    expect(crc).toBe(same.headers['x-amz-checksum-crc64nvme']);
    const wrong = await begin('crc', { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'FULL_OBJECT' });
    const etag = (await part('crc', wrong, 1, third)).headers.etag!;
    expect((await complete('crc', wrong, [[1, etag]], { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' })).code).toBe('BadDigest');
  });

  it('copies parts from objects, and from pieces of multipart objects', async () => {
    await client.send({ method: 'PUT', path: `${B}/source`, body: second });
    const id = await begin('copied');
    const copy = (number: number, source: string, range?: string) =>
      client.send({
        method: 'PUT',
        path: `${B}/copied`,
        query: `partNumber=${number}&uploadId=${id}`,
        headers: { 'x-amz-copy-source': `${B}/${source}`, ...(range && { 'x-amz-copy-source-range': range }) },
      });
    const etagOf = (text: string) => /<ETag>&quot;(.*?)&quot;/.exec(text)![1]!;
    const one = await copy(1, 'source');
    expect(etagOf(one.text)).toBe(crypto.hash('md5', second));
    const two = await copy(2, 'whole', `bytes=${5 * MIB - 10}-${10 * MIB + 8}`);
    expect((await copy(3, 'source', 'bytes=0-99999999')).code).toBe('InvalidArgument');
    expect((await copy(3, 'source', 'bytes=5')).code).toBe('InvalidArgument');
    const done = await complete('copied', id, [[1, etagOf(one.text)], [2, etagOf(two.text)]]);
    expect(done.status).toBe(200);
    const expected = Buffer.concat([second, Buffer.concat([first, second, third]).subarray(5 * MIB - 10, 10 * MIB + 9)]);
    expect((await get('copied')).body.equals(expected)).toBe(true);
  });

  it('lists uploads, and forgets them when aborted or when the bucket goes', async () => {
    const ids = [await begin('list/a'), await begin('list/a'), await begin('list/b/c')];
    const list = (query: string) => client.send({ method: 'GET', path: B, query: `uploads&${query}` });
    const page = await list('prefix=list%2F&max-uploads=1');
    expect(page.text).toContain(`<UploadId>${ids[0]}</UploadId>`);
    expect(page.text).toContain(`<NextUploadIdMarker>${ids[0]}</NextUploadIdMarker>`);
    const rest = await list(`prefix=list%2F&key-marker=list%2Fa&upload-id-marker=${ids[0]}&delimiter=%2F`);
    expect(rest.text).toContain(`<UploadId>${ids[1]}</UploadId>`);
    expect(rest.text).toContain('<CommonPrefixes><Prefix>list/b/</Prefix></CommonPrefixes>');
    const abort = (key: string, id: string) => client.send({ method: 'DELETE', path: `${B}/${key}`, query: `uploadId=${id}` });
    expect((await abort('list/a', ids[0]!)).status).toBe(204);
    expect((await abort('list/a', ids[0]!)).code).toBe('NoSuchUpload');
    await client.send({ method: 'PUT', path: '/short-lived' });
    const open = await client.send({ method: 'POST', path: '/short-lived/x', query: 'uploads' });
    expect(open.status).toBe(200);
    expect((await client.send({ method: 'DELETE', path: '/short-lived' })).status).toBe(204);
  });
});
