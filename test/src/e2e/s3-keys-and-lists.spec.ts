import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { percentEncode } from '@zas/s3-protocol';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

let server: ServerProcess;
let client: SignedClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { s3: { baseDomains: ['s3.test', 'other.test'] } } });
  client = new SignedClient(server.url);
  for (const path of ['/keys', '/list-bucket']) await client.send({ method: 'PUT', path });
});
afterAll(async () => {
  client.close();
  await server.remove();
});

const KEYS = [
  'plain',
  'a/b',
  'a//b',
  '//lead',
  '.',
  '..',
  'a/../b',
  'a/./b',
  'trail/',
  'percent%2Fkept',
  'plus+and space',
  'ünïcödé/日本/😀',
  'quote"&<>\'`',
  'q?x=y#z',
  '\u0001control\u001f',
  'x'.repeat(1024),
  'é'.repeat(512),
];

/** What the listing shows, in its order. */
const listed = (text: string, element = 'Key') =>
  [...text.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map((match) => decodeURIComponent(match[1]!.replaceAll('+', ' ')));

const byteOrder = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('keys', () => {
  it.each(KEYS.map((key) => [key.length > 40 ? `${key.slice(0, 10)}… (${key.length})` : key, key]))('%s is exact to the byte', async (_name, key) => {
    const path = `/keys/${percentEncode(key, true)}`;
    expect((await client.send({ method: 'PUT', path, body: key })).status).toBe(200);
    expect((await client.send({ method: 'GET', path })).text).toBe(key);
  });

  it('lists them all, in byte order', async () => {
    const page = await client.send({ method: 'GET', path: '/keys', query: 'list-type=2&encoding-type=url' });
    expect(listed(page.text)).toEqual([...KEYS].sort(byteOrder));
  });

  it('takes a percent-encoded and a plain form of a key for the same', async () => {
    expect((await client.send({ method: 'GET', path: '/keys/%70lain' })).text).toBe('plain');
  });

  it('refuses what is no UTF-8 or no encoding', async () => {
    for (const path of ['/keys/%ff', '/keys/%zz', '/keys/%']) {
      const answer = await client.sendRaw({ method: 'PUT', path, body: 'x' });
      expect([path, answer.status, answer.code]).toEqual([path, 400, 'InvalidURI']);
    }
  });
});

describe('virtual-host style', () => {
  it.each(['s3.test', 'other.test'])('works below %s, with nothing reserved', async (domain) => {
    const host = `vhost-bucket.${domain}`;
    const made = await client.send({ method: 'PUT', path: '/', headers: { host } });
    expect(made.status).toBe(200);
    for (const path of ['/health', '/metrics', '/key']) {
      expect((await client.send({ method: 'PUT', path, body: path, headers: { host } })).status).toBe(200);
      expect((await client.send({ method: 'GET', path, headers: { host: `${host}:9000` } })).text).toBe(path);
    }
    expect((await client.send({ method: 'GET', path: '/vhost-bucket/key' })).text).toBe('/key');
    expect((await client.send({ method: 'GET', path: '/health', headers: { host: domain } })).text).toContain('"status"');
  });
});

describe('listings', () => {
  const objects = ['a', 'b/1', 'b/2', 'b/c/3', 'c', 'd/', 'd/x', 'e\uffffx', 'e\u{10000}x'];

  beforeAll(async () => {
    await Promise.all(objects.map((key) => client.send({ method: 'PUT', path: `/list-bucket/${percentEncode(key, true)}`, body: 'x' })));
  });

  const list = (query: string, headers = {}) => client.send({ method: 'GET', path: '/list-bucket', query, headers });

  it('pages through everything exactly once, with and without delimiter, v1 and v2', async () => {
    for (const delimiter of ['', '&delimiter=%2F']) {
      const expected = delimiter ? ['a', 'b/', 'c', 'd/', ...objects.slice(-2)] : objects;
      const v2: string[] = [];
      for (let token: string | undefined = ''; token !== undefined; ) {
        const next: string = token === '' ? '' : `&continuation-token=${encodeURIComponent(token)}`;
        const page = await list(`list-type=2&max-keys=2&encoding-type=url${delimiter}${next}`);
        v2.push(...[...listed(page.text), ...listed(page.text.split('<CommonPrefixes>').slice(1).join(), 'Prefix')].sort(byteOrder));
        token = /<NextContinuationToken>(.*?)</.exec(page.text)?.[1];
        expect(page.text).toContain(`<IsTruncated>${token !== undefined}</IsTruncated>`);
      }
      expect(v2).toEqual([...expected].sort(byteOrder));
      const v1: string[] = [];
      for (let marker = ''; ; ) {
        const page = await list(`max-keys=2&encoding-type=url${delimiter}&marker=${encodeURIComponent(marker)}`);
        const entries = [...listed(page.text), ...listed(page.text.split('<CommonPrefixes>').slice(1).join(), 'Prefix')].sort(byteOrder);
        v1.push(...entries);
        if (!page.text.includes('<IsTruncated>true')) break;
        marker = entries.at(-1)!;
      }
      expect(v1).toEqual([...expected].sort(byteOrder));
    }
  });

  it('honours prefix, start-after and max-keys=0', async () => {
    expect(listed((await list('list-type=2&prefix=b%2F')).text)).toEqual(['b/1', 'b/2', 'b/c/3']);
    expect(listed((await list('list-type=2&start-after=b%2F2&prefix=b')).text)).toEqual(['b/c/3']);
    const none = await list('list-type=2&max-keys=0');
    expect([listed(none.text), none.text.includes('<IsTruncated>false')]).toEqual([[], true]);
    expect((await list('list-type=2&max-keys=-1')).code).toBe('InvalidArgument');
  });

  it('refuses tokens that are forged or from another bucket', async () => {
    const page = await list('list-type=2&max-keys=1');
    const token = encodeURIComponent(/<NextContinuationToken>(.*?)</.exec(page.text)![1]!);
    const elsewhere = await client.send({ method: 'GET', path: '/keys', query: `continuation-token=${token}&list-type=2` });
    expect([elsewhere.status, elsewhere.code]).toEqual([400, 'InvalidArgument']);
    expect((await list(`list-type=2&continuation-token=${token}x`)).code).toBe('InvalidArgument');
  });

  it('answers the JSON view when asked', async () => {
    const page = JSON.parse((await list('list-type=2&max-keys=2&delimiter=%2F', { accept: 'application/json' })).text) as Record<string, unknown>;
    expect(page).toMatchObject({ isTruncated: true, objects: [{ key: 'a', size: 1 }], commonPrefixes: ['b/'] });
    expect(page['nextMarker']).toEqual(expect.any(String));
  });

  it('lists versions of an unversioned bucket as null versions', async () => {
    const page = await list('versions&max-keys=1');
    expect(page.text).toContain('<VersionId>null</VersionId><IsLatest>true</IsLatest>');
    expect(page.text).toContain('<NextKeyMarker>a</NextKeyMarker>');
  });
});
