import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const MIB = 1024 * 1024;
const B = '/rot-bucket';
let server: ServerProcess;
let client: SignedClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { limits: { scrubIntervalSeconds: 0.2, scrubBytesPerSecond: '100MiB' } } });
  client = new SignedClient(server.url);
  await client.send({ method: 'PUT', path: B });
});
afterAll(async () => {
  client.close();
  await server.remove();
});

/** The file that holds exactly these bytes. */
async function fileOf(bytes: Buffer): Promise<string> {
  const root = path.join(server.dataDir, 'plugins/storage-filesystem/blobs');
  for (const entry of await fs.readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && (await fs.stat(file)).size === bytes.length && (await fs.readFile(file)).equals(bytes)) return file;
  }
  throw new Error('not stored as a file');
}

async function flip(file: string, position: number): Promise<void> {
  const handle = await fs.open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, position);
  byte[0]! ^= 1;
  await handle.write(byte, 0, 1, position);
  await handle.close();
}

const found = async () =>
  Number(/^zas_corrupt_bodies_found (\d+)/m.exec((await client.sendRaw({ method: 'GET', path: '/metrics' })).text)![1]);

describe('bit rot', () => {
  it('is never served as good: the answer fails, or breaks off before the rotten block', async () => {
    const small = crypto.randomBytes(100_000);
    const large = crypto.randomBytes(6 * MIB);
    await client.send({ method: 'PUT', path: `${B}/small`, body: small });
    await client.send({ method: 'PUT', path: `${B}/large`, body: large });
    await flip(await fileOf(small), 99_999);
    await flip(await fileOf(large), 5 * MIB);
    const refused = await client.send({ method: 'GET', path: `${B}/small`, headers: { range: 'bytes=0-9' } });
    expect([refused.status, refused.code]).toEqual([500, 'InternalError']);
    await expect(client.send({ method: 'GET', path: `${B}/large` })).rejects.toThrow(/aborted|hang up|reset/i);
    const head = await client.send({ method: 'GET', path: `${B}/large`, headers: { range: 'bytes=0-1000' } });
    expect(head.body.equals(large.subarray(0, 1001))).toBe(true);
    expect(await found()).toBeGreaterThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.log).toContain('stored bytes are corrupt');
  });

  it('is found by scrubbing, without a read', async () => {
    const bytes = crypto.randomBytes(200_000);
    await client.send({ method: 'PUT', path: `${B}/unread`, body: bytes });
    const before = await found();
    await flip(await fileOf(bytes), 7);
    const deadline = Date.now() + 15_000;
    while ((await found()) === before && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await found()).toBeGreaterThan(before);
  });

  it('heals by a new upload of the same bytes', async () => {
    const bytes = crypto.randomBytes(150_000);
    await client.send({ method: 'PUT', path: `${B}/healed`, body: bytes });
    await flip(await fileOf(bytes), 0);
    expect((await client.send({ method: 'GET', path: `${B}/healed` })).status).toBe(500);
    await client.send({ method: 'PUT', path: `${B}/healed`, body: bytes });
    expect((await client.send({ method: 'GET', path: `${B}/healed` })).body.equals(bytes)).toBe(true);
  });
});
