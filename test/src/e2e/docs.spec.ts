import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { OciClient, type OciAnswer } from '../harness/oci-client.js';
import { ServerProcess } from '../harness/server-process.js';

const FILE = path.resolve(import.meta.dirname, '../../../api/openapi.yaml');

let server: ServerProcess;
let client: OciClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { log: { level: 'error' } } });
  client = new OciClient(server.url, null);
});

afterAll(async () => {
  client.close();
  await server.remove();
});

interface Named {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

const idsOf = ({ paths }: Named) => Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));

describe('/docs', () => {
  let page: OciAnswer;
  beforeAll(async () => void (page = await client.get('/docs')));

  it('is a page that may load its own style and icon, and nothing else', () => {
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = String(page.headers['content-security-policy']).split('; ');
    expect(policy).toEqual(["default-src 'none'", "style-src 'self'", "img-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.text).not.toMatch(/<script|javascript:|\sstyle=|\son\w+=|https?:\/\/(?!s3\.amazonaws\.com\/doc|sts\.amazonaws\.com\/doc|www\.w3\.org|acs\.amazonaws\.com|app\.example\.com|127\.0\.0\.1|idp\.example\.com|\{bucket\})/);
  });

  it('finds everything that it refers to', async () => {
    const addresses = [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address!);
    const anchors = new Set([...page.text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const address of new Set(addresses)) {
      if (address.startsWith('#')) expect([address, anchors.has(address.slice(1))]).toEqual([address, true]);
      else expect([address, (await client.get(new URL(address, `${server.url}/docs`).pathname)).status]).toEqual([address, 200]);
    }
    expect(addresses.filter((address) => !address.startsWith('#')).sort()).toEqual(['docs/icon.svg', 'docs/openapi.json', 'docs/openapi.yaml', 'docs/style.css']);
  });

  it('has no two things of one name', () => {
    const ids = [...page.text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it('shows every operation of every tag', async () => {
    const document = JSON.parse((await client.get('/docs/openapi.json')).text) as Named;
    for (const id of idsOf(document)) expect(page.text).toContain(` id="${id}"`);
    for (const { name } of document.tags) expect(page.text).toContain(`>${name}</h2>`);
  });

  it('writes examples as they go over the wire', () => {
    expect(page.text).toContain('&lt;VersioningConfiguration xmlns=&quot;http://s3.amazonaws.com/doc/2006-03-01/&quot;&gt;\n  &lt;Status&gt;Enabled&lt;/Status&gt;\n&lt;/VersioningConfiguration&gt;');
    expect(page.text).toContain('xsi:type=&quot;CanonicalUser&quot;');
    expect(page.text).toContain('&lt;TagSet&gt;\n    &lt;Tag&gt;\n      &lt;Key&gt;team&lt;/Key&gt;');
  });
});

it('gives the document as JSON and as YAML, as it is in the repository', async () => {
  const [json, yaml] = [await client.get('/docs/openapi.json'), await client.get('/docs/openapi.yaml')];
  expect([json.headers['content-type'], yaml.headers['content-type']]).toEqual(['application/json', 'application/yaml; charset=utf-8']);
  const file = parse(readFileSync(FILE, 'utf8')) as unknown;
  expect(JSON.parse(json.text)).toEqual(file);
  expect(parse(yaml.text)).toEqual(file);
});

it.each(['', '/style.css', '/icon.svg', '/openapi.json', '/openapi.yaml'])('/docs%s is answered for HEAD, and once only', async (file) => {
  const got = await client.get(`/docs${file}`);
  const head = await client.head(`/docs${file}`);
  expect([head.status, head.text, head.headers.etag, head.headers['content-length']]).toEqual([200, '', got.headers.etag, String(got.body.length)]);
  expect(got.headers['cache-control']).toBe('no-cache');
  for (const known of [got.headers.etag!, `W/${got.headers.etag}`, `"x", ${got.headers.etag}`]) {
    const again = await client.get(`/docs${file}`, { 'if-none-match': known });
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', got.headers.etag]);
  }
  expect((await client.get(`/docs${file}`, { 'if-none-match': '"x"' })).status).toBe(200);
});

it('is not there when it is switched off, and no bucket either', async () => {
  const closed = await ServerProcess.start({ config: { log: { level: 'error' }, http: { apiDocs: false } } });
  const other = new OciClient(closed.url, null);
  try {
    for (const file of ['', '/style.css', '/openapi.json']) expect((await other.get(`/docs${file}`)).status).toBe(404);
  } finally {
    other.close();
    await closed.remove();
  }
});
