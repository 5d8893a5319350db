import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const MIB = 1024 * 1024;
const B = '/bounded-bucket';
let server: ServerProcess;
let client: SignedClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { limits: { byteBudget: '32MiB' } } });
  client = new SignedClient(server.url);
  await client.send({ method: 'PUT', path: B });
});
afterAll(async () => {
  client.close();
  await server.remove();
});

async function peakMiB(): Promise<number> {
  const status = await fs.readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024;
}

async function gauge(name: string): Promise<number> {
  const { text } = await client.sendRaw({ method: 'GET', path: '/metrics' });
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)![1]);
}

function connect(head: string): net.Socket {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(head);
  return socket;
}

function headOf(method: string, path: string, extra: Record<string, string> = {}): string {
  const headers = { ...client.sign({ method, path, payloadHash: 'UNSIGNED-PAYLOAD' }), ...extra };
  return `${method} ${path} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

afterEach(async () => console.log(`peak so far: ${(await peakMiB()).toFixed(0)} MiB`));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('with a byte budget of 32 MiB', () => {
  it('200 trickling uploads leave room for a normal one', async () => {
    const slow = Array.from({ length: 200 }, (_, i) => connect(headOf('PUT', `${B}/slow-${i}`, { 'content-length': '1000000' })));
    const drip = setInterval(() => {
      for (const socket of slow) if (!socket.destroyed) socket.write('drip');
    }, 20);
    try {
      await pause(500);
      const body = crypto.randomBytes(20 * MIB);
      expect((await client.send({ method: 'PUT', path: `${B}/normal`, body })).status).toBe(200);
      expect((await client.send({ method: 'GET', path: `${B}/normal` })).body.equals(body)).toBe(true);
      expect(await gauge('zas_byte_budget_used_bytes')).toBeLessThanOrEqual(32 * MIB);
    } finally {
      clearInterval(drip);
      for (const socket of slow) socket.destroy();
    }
    await pause(500);
    expect(await gauge('zas_byte_budget_used_bytes')).toBe(0);
  });

  it('64 slow readers of large objects leave room for others', async () => {
    const body = crypto.randomBytes(8 * MIB);
    await client.send({ method: 'PUT', path: `${B}/download`, body });
    const readers = Array.from({ length: 64 }, () => connect(headOf('GET', `${B}/download`)));
    for (const socket of readers) socket.pause();
    await pause(500);
    expect(await gauge('zas_byte_budget_used_bytes')).toBeLessThanOrEqual(32 * MIB);
    const started = Date.now();
    expect((await client.send({ method: 'PUT', path: `${B}/beside`, body })).status).toBe(200);
    expect((await client.send({ method: 'GET', path: `${B}/beside` })).body.equals(body)).toBe(true);
    console.log(`beside 64 slow readers: PUT and GET of 8 MiB in ${Date.now() - started} ms`);
    const received = readers.map((socket) => {
      let bytes = 0;
      socket.on('data', (data: Buffer) => (bytes += data.length));
      socket.resume();
      return () => bytes;
    });
    const deadline = Date.now() + 20_000;
    while (received.some((bytes) => bytes() < 8 * MIB) && Date.now() < deadline) await pause(50);
    expect(received.every((bytes) => bytes() > 8 * MIB)).toBe(true);
    for (const socket of readers) socket.destroy();
  });

  it('64 clients download at once, whole and right', async () => {
    const expected = crypto.hash('sha256', (await client.send({ method: 'GET', path: `${B}/download` })).body);
    const digests = await Promise.all(
      Array.from({ length: 64 }, async () => {
        const hash = crypto.createHash('sha256');
        const { hostname, port } = new URL(server.url);
        const options = { host: hostname, port, path: `${B}/download`, headers: client.sign({ method: 'GET', path: `${B}/download` }) };
        await new Promise<void>((resolve, reject) => {
          const request = http.get(options, (answer) => answer.on('data', (data: Buffer) => hash.update(data)).on('end', resolve).on('error', reject));
          request.on('error', reject);
        });
        return hash.digest('hex');
      }),
    );
    expect(new Set(digests)).toEqual(new Set([expected]));
  });

  it('peaks below 256 MiB over all of that', async () => {
    const peak = await peakMiB();
    console.log(`peak resident memory: ${peak.toFixed(0)} MiB`);
    expect(peak).toBeLessThan(256);
  });

  it('a full page of 1,000-byte keys, and XML of the allowed maximum', async () => {
    const key = (i: number) => `${String(i).padStart(4, '0')}${'k'.repeat(996)}`;
    for (let at = 0; at < 1000; at += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => client.send({ method: 'PUT', path: `${B}/${key(at + i)}`, body: '' })));
    }
    const page = await client.send({ method: 'GET', path: B, query: 'list-type=2&prefix=0' });
    expect(page.text.match(/<Key>/g)).toHaveLength(1000);
    const objects = Array.from({ length: 1000 }, (_, i) => `<Object><Key>${key(i)}</Key></Object>`).join('');
    const xml = `<Delete>${objects}${' '.repeat(4 * MIB - objects.length - 17)}</Delete>`;
    expect(xml.length).toBe(4 * MIB);
    const headers = { 'content-md5': crypto.hash('md5', xml, 'base64') };
    const answers = await Promise.all(Array.from({ length: 4 }, () => client.send({ method: 'POST', path: B, query: 'delete', body: xml, headers })));
    for (const answer of answers) expect([answer.status, answer.text.match(/<Deleted>/g)?.length]).toEqual([200, 1000]);
  });

});
