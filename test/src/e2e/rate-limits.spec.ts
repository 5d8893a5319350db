import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OciClient, basic } from '../harness/oci-client.js';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const USER = { accessKeyId: 'LIMITEDKEY', secretAccessKey: 'limited-secret' };
const OTHER = { accessKeyId: 'OTHERKEY', secretAccessKey: 'other-secret' };
/** Nothing comes back while a test runs. */
const rate = (burst: number) => ({ requestsPerSecond: 0.001, burst });
const identities = [USER, OTHER].map((keys) => ({ id: keys.accessKeyId.toLowerCase(), displayName: 'x', ...keys }));

let server: ServerProcess;
afterAll(() => server?.remove());

describe('a limit of principals', () => {
  const BURST = 4;
  let user: SignedClient;
  let oci: OciClient;
  beforeAll(async () => {
    server = await ServerProcess.start({ config: { identities, http: { rateLimits: { perPrincipal: rate(BURST) } } } });
    user = new SignedClient(server.url, USER);
    oci = new OciClient(server.url, basic(USER));
    for (let i = 0; i < BURST; i++) expect((await user.get('/')).status).toBe(200);
  });
  afterAll(async () => {
    user.close();
    oci.close();
    await server.remove();
  });

  it('is one for all doors, of which each says so in its own way', async () => {
    const s3 = await user.get('/');
    expect([s3.status, s3.code, Number(s3.headers['retry-after'])]).toEqual([503, 'SlowDown', expect.any(Number)]);
    expect(Number(s3.headers['retry-after'])).toBeGreaterThan(500);
    const versions = await oci.get('/v2/');
    expect([versions.status, versions.codes, Number(versions.headers['retry-after']) > 500]).toEqual([429, ['TOOMANYREQUESTS'], true]);
    const token = await oci.get('/token?service=zot-artifact-store');
    expect([token.status, token.headers['retry-after'] !== undefined]).toEqual([429, true]);
    const rest = await oci.get('/rbac/session');
    expect([rest.status, rest.headers['retry-after'] !== undefined, JSON.parse(rest.text).error.code]).toEqual([429, true, 'slow-down']);
    const sts = new STSClient({ endpoint: server.url, region: 'us-east-1', credentials: USER, maxAttempts: 1 });
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'Throttling' });
  });

  it('is nobody else’s, and lets health and metrics alone', async () => {
    expect((await new SignedClient(server.url, OTHER).get('/')).status).toBe(200);
    expect((await new SignedClient(server.url, 'anonymous').get('/')).status).toBe(403);
    expect((await oci.get('/health')).status).toBe(200);
    const metrics = await oci.get('/metrics');
    expect(metrics.text).toMatch(/zas_http_rate_limited_total\{by="principal"\} [1-9]/);
  });

  it('does not tell a wrong secret from a right one by what it takes', async () => {
    const wrong = new SignedClient(server.url, { ...OTHER, secretAccessKey: 'wrong' });
    for (let i = 0; i < 2 * BURST; i++) expect((await wrong.get('/')).code).toBe('SignatureDoesNotMatch');
    expect((await new SignedClient(server.url, OTHER).get('/')).status).toBe(200);
  });

  it('is no error of the server', () => {
    expect(server.log).not.toContain('"level":"error"');
  });
});

describe('a limit of addresses', () => {
  it('is asked before who it is, per address as trusted proxies tell it, and not for health', async () => {
    const own = await ServerProcess.start({ config: { http: { trustedProxies: ['127.0.0.1'], rateLimits: { perAddress: rate(2) } } } });
    const root = new SignedClient(own.url, ROOT_KEYS);
    const from = (address: string) => root.get('/', { 'x-forwarded-for': address });
    expect([(await from('192.0.2.1')).status, (await from('192.0.2.1')).status]).toEqual([200, 200]);
    const refused = await from('192.0.2.1');
    expect([refused.status, refused.code, refused.headers['retry-after'] !== undefined]).toEqual([503, 'SlowDown', true]);
    const wrong = await new SignedClient(own.url, { ...ROOT_KEYS, secretAccessKey: 'x' }).get('/', { 'x-forwarded-for': '192.0.2.1' });
    expect(wrong.code).toBe('SlowDown');
    expect((await from('192.0.2.2')).status).toBe(200);
    expect([(await from('2001:db8::1')).status, (await from('2001:db8::2')).status, (await from('2001:db8::3')).status, (await from('2001:db8:0:1::1')).status]).toEqual([200, 200, 503, 200]);
    const oci = new OciClient(own.url);
    const seen = { 'x-forwarded-for': '192.0.2.1' };
    expect([(await oci.get('/v2/', seen)).status, (await oci.get('/admin/plugins', seen)).status, (await oci.get('/health/ready', seen)).status]).toEqual([429, 429, 200]);
    // A bucket's key of that name is no health check.
    expect((await oci.get('/box/health', seen)).status).toBe(503);
    oci.close();
    root.close();
    await own.remove();
  });
});
