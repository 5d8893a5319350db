import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OciClient } from '../harness/oci-client.js';
import { ServerProcess } from '../harness/server-process.js';

const ORIGIN = 'https://console.example.com';
const EVIL = 'https://evil.example.com';
const ROUTES = ['/rbac/users', '/rbac/users/x', '/admin/plugins', '/health', '/metrics', '/supplychain', '/v2/', '/v2/repo/manifests/x', '/token'];
const preflight = (origin: string) => ({ origin, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'authorization' });
const corsOf = (headers: Readonly<Record<string, unknown>>) => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('pages of other origins', () => {
  let server: ServerProcess;
  let root: OciClient;
  let nobody: OciClient;
  beforeAll(async () => {
    server = await ServerProcess.start({ config: { http: { cors: { origins: [ORIGIN], maxAgeSeconds: 60 } } } });
    root = new OciClient(server.url);
    nobody = root.as(null);
  });
  afterAll(async () => {
    root.close();
    await server.remove();
  });

  it.each(ROUTES)('may ask %s beforehand, without a credential, where they are listed', async (path) => {
    const { status, headers, text } = await nobody.send('OPTIONS', path, { headers: preflight(ORIGIN) });
    expect([status, text]).toEqual([204, '']);
    expect(headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, 'access-control-allow-credentials': 'true', 'access-control-max-age': '60', vary: 'Origin' });
    expect(String(headers['access-control-allow-methods'])).toContain('DELETE');
    expect(String(headers['access-control-allow-headers'])).toContain('authorization');
  });

  it.each(ROUTES)('learn nothing of %s where they are not', async (path) => {
    for (const origin of [EVIL, 'null', `${ORIGIN}.evil.com`]) {
      const asked = await nobody.send('OPTIONS', path, { headers: preflight(origin) });
      expect([asked.status >= 400, corsOf(asked.headers), asked.headers.vary]).toEqual([true, [], 'Origin']);
      expect(corsOf((await root.get(path, { origin })).headers)).toEqual([]);
    }
  });

  it('read answers and errors, with credentials', async () => {
    for (const [client, path, status] of [[root, '/rbac/users', 200], [nobody, '/rbac/users', 401], [root, '/rbac/users/none', 404], [root, '/v2/', 200], [nobody, '/v2/', 401], [root, '/token', 200], [nobody, '/health', 200]] as const) {
      const answer = await client.get(path, { origin: ORIGIN });
      expect([path, answer.status, answer.headers['access-control-allow-origin'], answer.headers['access-control-allow-credentials']]).toEqual([path, status, ORIGIN, 'true']);
    }
  });

  it('find buckets by the buckets’ own rules alone', async () => {
    const { status, headers } = await nobody.send('OPTIONS', '/box/key', { headers: preflight(ORIGIN) });
    expect([status, corsOf(headers)]).toEqual([403, []]);
    expect(corsOf((await nobody.get('/box/key', { origin: ORIGIN })).headers)).toEqual([]);
  });
});

describe('answers of the REST API', () => {
  let server: ServerProcess;
  let root: OciClient;
  beforeAll(async () => {
    server = await ServerProcess.start();
    root = new OciClient(server.url);
  });
  afterAll(async () => {
    root.close();
    await server.remove();
  });

  it('allow no other origin where none is listed', async () => {
    for (const path of ROUTES) {
      const asked = await root.as(null).send('OPTIONS', path, { headers: preflight(ORIGIN) });
      expect([path, asked.status >= 400, corsOf(asked.headers)]).toEqual([path, true, []]);
      expect(corsOf((await root.get(path, { origin: ORIGIN })).headers)).toEqual([]);
    }
  });

  it('keep browsers from misusing them, errors included', async () => {
    const guarded = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" };
    for (const path of ['/rbac/users', '/rbac/users/none', '/admin/plugins', '/health', '/metrics', '/rbac/nowhere', '/docs/x']) {
      const { headers } = await root.get(path);
      expect([path, headers]).toEqual([path, expect.objectContaining(guarded)]);
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
    expect((await root.get('/rbac/users')).headers['cache-control']).toBe('no-store');
    expect((await root.as(null).get('/rbac/users')).headers['cache-control']).toBe('no-store');
    expect((await root.get('/health')).headers).not.toHaveProperty('cache-control');
  });

  it('leave those of S3 and the registry alone', async () => {
    for (const path of ['/', '/box/key', '/v2/']) expect((await root.get(path)).headers).not.toHaveProperty('content-security-policy');
  });

  it('name the methods of a path where another was used', async () => {
    for (const [method, path, allow] of [['DELETE', '/rbac/users', 'GET, HEAD, POST'], ['PATCH', '/health', 'GET, HEAD'], ['OPTIONS', '/admin/plugins', 'GET, HEAD'], ['PUT', '/metrics', 'GET, HEAD']] as const) {
      const { status, headers, text } = await root.as(null).send(method, path);
      expect([path, status, headers['allow'], JSON.parse(text).error.requestId]).toEqual([path, 405, allow, headers['x-request-id']]);
    }
    expect((await root.send('DELETE', '/rbac/nowhere')).status).toBe(404);
  });
});
