import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const MAIN = path.resolve(import.meta.dirname, '../../../apps/host/dist/main.js');
const B = '/server-bucket';
let server: ServerProcess;
let client: SignedClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { limits: { idleSeconds: 2, xmlBytes: 65_536 } } });
  client = new SignedClient(server.url);
  await client.send({ method: 'PUT', path: B });
});
afterAll(async () => {
  client.close();
  await server.remove();
});

const absent = async (key: string) => (await client.send({ method: 'HEAD', path: `${B}/${key}` })).status === 404;

/** Speaks HTTP by hand: sends `head`, waits for an answer, then does what `then` says. */
async function talk(head: string, then?: (socket: net.Socket, answer: string) => void): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  let answer = '';
  socket.write(head);
  return new Promise((resolve) => {
    socket.on('data', (data) => {
      answer += String(data);
      then?.(socket, answer);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

function headOf(method: string, target: string, headers: Record<string, string>): string {
  return `${method} ${target} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

const openBlobs = async () => (await fs.readdir(`/proc/${server.pid}/fd`).then((fds) =>
  Promise.all(fds.map((fd) => fs.readlink(`/proc/${server.pid}/fd/${fd}`).catch(() => ''))),
)).filter((target) => target.includes('/blobs/')).length;

const storedBlobs = async () =>
  (await fs.readdir(path.join(server.dataDir, 'plugins/storage-filesystem/blobs'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

describe('the server', () => {
  it('shows health, metrics and plugins, the last only to its root', async () => {
    for (const place of ['/health', '/health/ready', '/health/live']) {
      const answer = await client.sendRaw({ method: 'GET', path: place });
      expect([place, answer.status]).toEqual([place, 200]);
      expect(JSON.parse(answer.text)).toMatchObject({ status: 'healthy' });
    }
    expect((await client.sendRaw({ method: 'GET', path: '/admin/plugins' })).status).toBe(401);
    const basic = (keys: { accessKeyId: string; secretAccessKey: string }) =>
      `Basic ${Buffer.from(`${keys.accessKeyId}:${keys.secretAccessKey}`).toString('base64')}`;
    const wrong = await client.sendRaw({ method: 'GET', path: '/admin/plugins', headers: { authorization: basic({ ...ROOT_KEYS, secretAccessKey: 'x' }) } });
    expect(wrong.status).toBe(401);
    const shown = await client.sendRaw({ method: 'GET', path: '/admin/plugins', headers: { authorization: basic(ROOT_KEYS) } });
    const { plugins } = JSON.parse(shown.text) as { plugins: { id: string; state: string; provides: string[] }[] };
    expect(plugins.map((plugin) => [plugin.id, plugin.state])).toEqual(
      expect.arrayContaining(['storage-filesystem', 'metadata-sqlite', 'access-rbac', 'metrics-prometheus'].map((id) => [id, 'started'])),
    );
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const metrics = (await client.sendRaw({ method: 'GET', path: '/metrics' })).text;
    for (const name of [
      'zas_http_requests_total{operation="CreateBucket",status="200"} 1',
      'zas_http_request_duration_seconds_bucket',
      'zas_http_open_connections',
      'zas_event_loop_delay_p99_seconds',
      'zas_byte_budget_used_bytes 0',
      'zas_metadata_commit_group_size',
      'zas_metadata_queue_intents',
      'zas_plugin_calls_total{plugin="metadata-sqlite"',
      'process_resident_memory_bytes',
    ]) {
      expect(metrics).toContain(name);
    }
  });

  it('writes its pid, and one structured line a request without secrets', async () => {
    expect(Number(await fs.readFile(path.join(server.dataDir, 'server.pid'), 'utf8'))).toBe(server.pid);
    const { headers } = await client.send({ method: 'PUT', path: `${B}/logged`, body: 'logged' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const line = server.log.split('\n').find((text) => text.includes(String(headers['x-amz-request-id'])))!;
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      message: 'request',
      operation: 'PutObject',
      status: 200,
      principal: 'config:root',
      credential: ROOT_KEYS.accessKeyId,
      bytesIn: 6,
      address: '127.0.0.1',
    });
    expect(server.log).not.toContain(ROOT_KEYS.secretAccessKey);
  });

  it('answers 100 Continue only to who may go on', async () => {
    const body = 'x'.repeat(100);
    const signed = client.sign({ method: 'PUT', path: `${B}/continue`, body });
    const head = { ...signed, 'content-length': '100', expect: '100-continue', connection: 'close' };
    const answer = await talk(headOf('PUT', `${B}/continue`, head), (socket, text) => {
      if (text.endsWith('HTTP/1.1 100 Continue\r\n\r\n')) socket.write(body);
    });
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
    const refused = await talk(headOf('PUT', `${B}/continue-no`, { ...head, authorization: signed['authorization']!.replace(/.$/, 'x') }));
    expect(refused).toMatch(/^HTTP\/1.1 403/);
    const large = client.sign({ method: 'PUT', path: `${B}/continue-no`, payloadHash: 'UNSIGNED-PAYLOAD' });
    const tooLarge = await talk(headOf('PUT', `${B}/continue-no`, { ...large, 'content-length': String(6 * 1024 ** 3), expect: '100-continue' }));
    expect(tooLarge).toMatch(/^HTTP\/1.1 400[^]*EntityTooLarge/);
  });

  it('leaves nothing of a client that hangs up in mid-body, and leaks no descriptor', async () => {
    const [files, before] = [await storedBlobs(), await openBlobs()];
    const signed = client.sign({ method: 'PUT', path: `${B}/hung-up`, payloadHash: 'UNSIGNED-PAYLOAD' });
    const { hostname, port } = new URL(server.url);
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const socket = net.connect(Number(port), hostname);
        socket.on('error', () => undefined);
        socket.write(headOf('PUT', `${B}/hung-up`, { ...signed, 'content-length': '10000000' }));
        socket.write(crypto.randomBytes(3_000_000));
        await new Promise((resolve) => setTimeout(resolve, 300));
        socket.destroy();
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await absent('hung-up')).toBe(true);
    expect([await storedBlobs(), await openBlobs()]).toEqual([files, before]);
    expect((await client.sendRaw({ method: 'GET', path: '/metrics' })).text).toContain('zas_byte_budget_used_bytes 0');
  });

  it('lets a download go when its reader hangs up', async () => {
    await client.send({ method: 'PUT', path: `${B}/large`, body: crypto.randomBytes(20_000_000) });
    const signed = client.sign({ method: 'GET', path: `${B}/large` });
    await Promise.all(Array.from({ length: 10 }, () => talk(headOf('GET', `${B}/large`, signed), (socket) => socket.destroy())));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await openBlobs()).toBe(0);
    expect((await client.sendRaw({ method: 'GET', path: '/metrics' })).text).toContain('zas_byte_budget_used_bytes 0');
  });

  it('closes connections on which nothing moves', async () => {
    const signed = client.sign({ method: 'PUT', path: `${B}/idle`, payloadHash: 'UNSIGNED-PAYLOAD' });
    const started = Date.now();
    await talk(headOf('PUT', `${B}/idle`, { ...signed, 'content-length': '1000000' }));
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(await absent('idle')).toBe(true);
  });

  it('refuses oversize headers and bodies', async () => {
    expect(await talk(headOf('GET', B, { host: 'x', 'x-long': 'y'.repeat(20_000) }))).toMatch(/^HTTP\/1.1 431/);
    const xml = `<Delete>${' '.repeat(128 * 1024)}</Delete>`;
    const headers = { 'content-md5': crypto.hash('md5', xml, 'base64') };
    expect((await client.send({ method: 'POST', path: B, query: 'delete', body: xml, headers })).code).toBe('MaxMessageLengthExceeded');
  });

  it('keeps everything through a restart and a kill, and finishes what runs when it is told to stop', async () => {
    const own = await ServerProcess.start();
    let reader = new SignedClient(own.url);
    await reader.send({ method: 'PUT', path: B });
    const bodies = new Map(Array.from({ length: 30 }, (_, i) => [`k${i}`, crypto.randomBytes(i * 5000)]));
    await Promise.all([...bodies].map(([key, body]) => reader.send({ method: 'PUT', path: `${B}/${key}`, body })));
    let current = own;
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const late = reader.send({ method: 'PUT', path: `${B}/late`, body: crypto.randomBytes(3_000_000) }).catch(() => undefined);
      if (signal === 'SIGTERM') await new Promise((resolve) => setTimeout(resolve, 20));
      const code = await current.stop(signal);
      const answered = await late;
      if (signal === 'SIGTERM') expect([code, answered?.status]).toEqual([0, 200]);
      reader.close();
      current = await ServerProcess.start({ dataDir: own.dataDir });
      reader = new SignedClient(current.url);
      for (const [key, body] of bodies) expect((await reader.send({ method: 'GET', path: `${B}/${key}` })).body.equals(body)).toBe(true);
    }
    reader.close();
    await current.remove();
  });

  it('refuses a second server on the same data folder', async () => {
    await expect(ServerProcess.start({ dataDir: server.dataDir })).rejects.toThrow(/another process|in use|lock/i);
  });
});

describe('the command line', () => {
  const run = (args: string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(process.execPath, [MAIN, ...args], { env, cwd: os.tmpdir() }, (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });

  it('--help names flags, settings and environment', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const name of ['--config', '--check-config', '--print-config', 'http.port', 'ZAS_HTTP_PORT', 'ZAS_LIMITS_BYTE_BUDGET', 'ZAS_ROOT_SECRET_KEY', 'ZAS_PLUGIN_']) {
      expect(out).toContain(name);
    }
  });

  it('--check-config names all that is wrong at once, and the nearest known key', async () => {
    const file = path.join(await fs.mkdtemp(path.join(os.tmpdir(), 'zas-config-')), 'c.yaml');
    await fs.writeFile(file, 'http: { prot: 1 }\nlimits: { inlineBytes: many }\nplugins: [{ use: ./absent.mjs }]\n');
    const { code, err } = await run(['--check-config', '--config', file]);
    expect(code).toBe(1);
    expect(err).toContain('prot');
    expect(err).toContain('port');
    expect(err).toContain('inlineBytes');
    await fs.writeFile(file, 'http: { port: 1234 }\n');
    expect((await run(['--check-config', '--config', file])).code).toBe(0);
    await fs.rm(path.dirname(file), { recursive: true });
  });

  it('--print-config shows what is in force, secrets as stars', async () => {
    const env = { ZAS_ROOT_ACCESS_KEY: 'VISIBLEKEY', ZAS_ROOT_SECRET_KEY: 'hidden-secret', ZAS_HTTP_PORT: '4321' };
    const { code, out, err } = await run(['--print-config'], env);
    expect(code).toBe(0);
    expect(out).toContain('VISIBLEKEY');
    expect(out).toContain('4321');
    expect(out + err).not.toContain('hidden-secret');
  });

  it('makes a key pair at random on the first start, in a file for its owner only', async () => {
    const pairs = [];
    for (let i = 0; i < 2; i++) {
      const own = await ServerProcess.start({ env: { ZAS_ROOT_ACCESS_KEY: '', ZAS_ROOT_SECRET_KEY: '' } });
      const file = path.join(own.dataDir, 'root-credentials.json');
      const pair = JSON.parse(await fs.readFile(file, 'utf8')) as { accessKeyId: string; secretAccessKey: string };
      expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
      expect(own.log).toContain(pair.secretAccessKey);
      const user = new SignedClient(own.url, pair);
      expect((await user.send({ method: 'GET', path: '/' })).status).toBe(200);
      user.close();
      pairs.push(pair.secretAccessKey);
      await own.remove();
    }
    expect(pairs[0]).not.toBe(pairs[1]);
  });
});
