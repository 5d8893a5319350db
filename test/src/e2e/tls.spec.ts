import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import fs from 'node:fs/promises';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { TestAuthority, type TestCertificate } from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OciClient } from '../harness/oci-client.js';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const authority = new TestAuthority('Server CA');
const clients = new TestAuthority('Client CA');
const forServer = () => authority.issue({ subjectAltNames: ['DNS:localhost', 'IP:127.0.0.1'] });
const workload = (more: object = {}) => clients.issue({ subject: [['CN', 'ci']], subjectAltNames: ['URI:spiffe://test/ci'], ...more });
const RULES = { use: 'access-rbac', config: { certificates: [{ name: 'spiffe', san: 'URI', pattern: 'spiffe://test/*', roles: ['read'] }] } };
const agents: https.Agent[] = [];
const servers: ServerProcess[] = [];
let folder: string;

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-tls-'));
  await fs.writeFile(path.join(folder, 'ca.pem'), clients.cert);
});
afterAll(async () => {
  for (const agent of agents) agent.destroy();
  await Promise.all(servers.map((server) => server.remove()));
  await fs.rm(folder, { recursive: true, force: true });
});

async function write(name: string, { cert, key }: TestCertificate): Promise<{ certFile: string; keyFile: string }> {
  const files = { certFile: path.join(folder, `${name}.crt`), keyFile: path.join(folder, `${name}.key`) };
  await fs.writeFile(files.keyFile, key);
  await fs.writeFile(files.certFile, cert);
  return files;
}

async function start(name: string, settings: object = {}): Promise<ServerProcess> {
  const files = await write(name, forServer());
  const server = await ServerProcess.start({ config: { http: { tls: { ...files, ...settings } }, plugins: [RULES] } });
  servers.push(server);
  return server;
}

function agent(own?: TestCertificate): https.Agent {
  const made = new https.Agent({ keepAlive: true, ca: authority.cert, cert: own?.cert, key: own?.key });
  agents.push(made);
  return made;
}

const s3 = (url: string, own?: TestCertificate) => new SignedClient(url, ROOT_KEYS, 'us-east-1', Date.now, agent(own));
/** Who the server takes the caller for, or the status. */
async function whoIs(url: string, own?: TestCertificate): Promise<unknown> {
  const { status, text: body } = await new OciClient(url, null, agent(own)).get('/rbac/session');
  return status === 200 ? (JSON.parse(body) as { principal: string }).principal : status;
}

/** The same in a second connection that goes on with the TLS session of a first one. */
async function whoIsResumed(url: string, own?: TestCertificate): Promise<unknown> {
  const options = { port: Number(new URL(url).port), host: '127.0.0.1', ca: authority.cert, cert: own?.cert, key: own?.key };
  const ask = async (session?: Buffer) => {
    const socket = tls.connect({ ...options, session });
    let next: Buffer | undefined;
    let resumed = false;
    socket.on('session', (given: Buffer) => (next = given));
    socket.on('secureConnect', () => (resumed = socket.isSessionReused()));
    socket.write('GET /rbac/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const answer = await text(socket);
    return { resumed, answer, next };
  };
  const { resumed, answer } = await ask((await ask()).next);
  expect(resumed).toBe(true);
  return answer.startsWith('HTTP/1.1 200') ? /"principal":"([^"]+)"/.exec(answer)?.[1] : Number(answer.slice(9, 12));
}

async function shown(url: string, options: tls.ConnectionOptions = {}): Promise<{ fingerprint: string; protocol: string | null }> {
  const socket = tls.connect({ port: Number(new URL(url).port), host: '127.0.0.1', ca: authority.cert, ...options });
  await once(socket, 'secureConnect');
  const seen = { fingerprint: socket.getPeerX509Certificate()!.fingerprint256, protocol: socket.getProtocol() };
  socket.destroy();
  return seen;
}

describe('TLS', () => {
  let server: ServerProcess;
  let client: SignedClient;
  beforeAll(async () => {
    server = await start('server', { reloadSeconds: 0.1, minVersion: 'TLSv1.3' });
    client = s3(server.url);
    await client.put('/box');
  });

  it('is what every door speaks, and says so', async () => {
    expect(server.url).toMatch(/^https:/);
    expect((await client.put('/box/key', 'hello')).status).toBe(200);
    expect((await client.get('/box/key')).text).toBe('hello');
    const oci = new OciClient(server.url, null, agent());
    expect(String((await oci.get('/v2/')).headers['www-authenticate'])).toContain('realm="https://');
    expect((await oci.get('/health')).headers).toMatchObject({ 'strict-transport-security': 'max-age=31536000' });
    expect((await client.get('/box/key')).headers).not.toHaveProperty('strict-transport-security');
    // Of conditions on aws:SecureTransport.
    const only = { Version: '2012-10-17', Statement: { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::box/*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } } };
    expect((await client.put('/box?policy', JSON.stringify(only))).status).toBe(204);
    expect((await client.get('/box/key')).status).toBe(200);
  });

  it('is of the versions that are wanted', async () => {
    expect((await shown(server.url)).protocol).toBe('TLSv1.3');
    await expect(shown(server.url, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/alert/);
  });

  it('answers nothing that is not encrypted, and goes on', async () => {
    const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += String(data))).on('error', () => undefined);
    socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'close');
    expect(answer).not.toContain('healthy');
    expect((await client.get('/box/key')).status).toBe(200);
  });

  it('shows a renewed certificate to new connections, while the old ones go on', async () => {
    const before = await shown(server.url);
    const socket = tls.connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', ca: authority.cert });
    await once(socket, 'secureConnect');
    const renewed = forServer();
    await write('server', renewed);
    let now = before;
    while (now.fingerprint === before.fingerprint) now = await shown(server.url);
    socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 200/);
    expect((await client.get('/box/key')).status).toBe(200);

    await fs.writeFile(path.join(folder, 'server.crt'), 'no certificate');
    while (!server.log.includes('the new TLS files are not good')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await shown(server.url)).fingerprint).toBe(now.fingerprint);
  });

  it('does not keep a server that is told to stop waiting for who never began to speak', async () => {
    const own = await start('own');
    const silent = net.connect(Number(new URL(own.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    expect(await own.stop()).toBe(0);
    await closed;
  });

  it('does not start with files that do not fit', async () => {
    const { certFile } = await write('a', forServer());
    const { keyFile } = await write('b', forServer());
    const config = { http: { tls: { certFile, keyFile } } };
    await expect(ServerProcess.start({ config })).rejects.toThrow(`The private key in ${keyFile} is not that of the certificate in ${certFile}`);
  });
});

describe('client certificates', () => {
  const strangers = new TestAuthority('Client CA');

  it('say who calls where they are good, and nothing where they are not', async () => {
    const server = await start('request', { clientCa: path.join(folder, 'ca.pem'), clientCertificates: 'request' });
    expect(await whoIs(server.url, workload())).toBe('spiffe:spiffe://test/ci');
    expect(await whoIs(server.url)).toBe(401);
    expect(await whoIs(server.url, strangers.issue({ subjectAltNames: ['URI:spiffe://test/ci'] }))).toBe(401);
    expect(await whoIs(server.url, workload({ validTo: Date.now() - 1_000 }))).toBe(401);
    expect(await whoIs(server.url, workload({ validFrom: Date.now() + 3_600_000 }))).toBe(401);
    expect(await whoIs(server.url, workload({ subjectAltNames: ['URI:spiffe://other/ci'] }))).toBe(401);
    for (const [who, seen] of [[workload(), 'spiffe:spiffe://test/ci'], [undefined, 401], [strangers.issue({ subjectAltNames: ['URI:spiffe://test/ci'] }), 401]] as const) {
      expect(await whoIsResumed(server.url, who)).toBe(seen);
    }

    const root = s3(server.url);
    const own = workload();
    await root.put('/box');
    await new OciClient(server.url, undefined, agent()).pushBlob('repo', 'hello');
    const ci = new OciClient(server.url, null, agent(own));
    expect((await ci.get('/v2/repo/tags/list')).status).toBe(200);
    expect((await ci.send('POST', '/v2/repo/blobs/uploads/')).status).toBe(403);
    // Requests of S3 are signed: a certificate says nothing there.
    expect((await new SignedClient(server.url, 'anonymous', undefined, undefined, agent(own)).get('/box')).status).toBe(403);
  });

  it('are asked of everybody where they are required', async () => {
    const server = await start('require', { clientCa: path.join(folder, 'ca.pem'), clientCertificates: 'require' });
    const own = workload();
    expect(await whoIs(server.url, own)).toBe('spiffe:spiffe://test/ci');
    expect((await s3(server.url, own).put('/box')).status).toBe(200);
    for (const bad of [undefined, strangers.issue({ subjectAltNames: ['URI:spiffe://test/ci'] }), workload({ validTo: Date.now() - 1_000 })]) {
      await expect(whoIs(server.url, bad)).rejects.toThrow();
    }
  });

  it('in headers count only from trusted proxies', async () => {
    const header = 'x-ssl-client-cert';
    const passed = encodeURIComponent(workload().cert);
    const who = async (trustedProxies: string[], value: string) => {
      const server = await ServerProcess.start({ config: { http: { clientCertificateHeader: header, trustedProxies }, plugins: [RULES] } });
      const { status, text: body } = await new OciClient(server.url, null).get('/rbac/session', { [header]: value, 'x-forwarded-for': '127.0.0.1' });
      await server.remove();
      return status === 200 ? (JSON.parse(body) as { principal: string }).principal : status;
    };
    expect(await who(['127.0.0.1'], passed)).toBe('spiffe:spiffe://test/ci');
    expect(await who(['10.0.0.1'], passed)).toBe(401);
    expect(await who(['127.0.0.1'], 'nonsense')).toBe(400);
    expect(await who(['10.0.0.1'], 'nonsense')).toBe(401);
  });
});
