import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ClockedServer } from '../harness/clocked-server.js';
import { digestOf } from '../harness/oci-artifacts.js';
import { OciClient } from '../harness/oci-client.js';
import { SignedClient } from '../harness/signed-client.js';

const MIB = 1024 * 1024;
let server: ClockedServer;
let oci: OciClient;
let s3: SignedClient;
let first: Buffer;
let second: Buffer;

beforeAll(async () => {
  // The clock is put forward by days, and no blob here has a manifest: collection would take them whenever it ran.
  server = await ClockedServer.start({ limits: { scrubBytesPerSecond: 0 }, oci: { collectDelaySeconds: 365 * 86_400 } });
  oci = new OciClient(server.url);
  s3 = new SignedClient(server.url);
  await s3At('PUT', '/shared');
});
afterAll(async () => {
  oci.close();
  s3.close();
  await server.remove();
});
beforeEach(() => {
  [first, second] = [crypto.randomBytes(3 * MIB), crypto.randomBytes(3 * MIB)];
});

/** Signed by the server's clock. */
async function s3At(method: string, target: string, body?: Buffer): Promise<void> {
  const request = { method, path: target, body };
  const answer = await s3.sendRaw({ ...request, headers: s3.sign(request, server.now()) });
  expect([target, answer.status, answer.text]).toEqual([target, method === 'DELETE' ? 204 : 200, '']);
}

/** How many large files there are once nothing that reads may need those that nobody has. */
async function stored(): Promise<number> {
  server.forwardHours(8);
  // Twice: what is found to be nobody's goes in the next run.
  for (let i = 0; i < 2; i++) await server.runJob('collect-unreferenced');
  const entries = await fs.readdir(server.dataDir, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map(async (entry) => (await fs.stat(path.join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).filter((size) => size >= 2 * MIB).length;
}

async function upload(repository: string, bytes: Buffer): Promise<number> {
  const at = await oci.startUpload(repository);
  await oci.send('PATCH', at, { body: bytes.subarray(0, MIB) });
  await oci.send('PATCH', at, { body: bytes.subarray(MIB) });
  return (await oci.send('PUT', `${at}?digest=${digestOf(bytes)}`, { body: '' })).status;
}

it('bytes that come through both doors are kept once, whoever came first', async () => {
  await s3At('PUT', '/shared/first', first);
  expect(await upload('shared/one', second)).toBe(201);
  await oci.pushBlob('shared/one', first);
  await oci.pushBlob('shared/two', second);
  expect(await upload('shared/two', first)).toBe(201);
  await s3At('PUT', '/shared/second', second);
  expect(await stored()).toBe(2);
  for (const repository of ['shared/one', 'shared/two']) {
    for (const bytes of [first, second]) expect((await oci.get(`/v2/${repository}/blobs/${digestOf(bytes)}`)).body.equals(bytes)).toBe(true);
  }
});

it('bytes stay for one door when the other lets go of them, and go with the last', async () => {
  const before = await stored();
  await server.restart();
  await s3At('PUT', '/shared/first', first);
  await oci.pushBlob('shared/three', first);
  await oci.send('POST', `/v2/shared/four/blobs/uploads/?mount=${digestOf(first)}&from=shared/three`, { headers: { 'content-length': '0' } });
  await s3At('DELETE', '/shared/first');
  expect(await stored()).toBe(before + 1);
  await oci.delete(`/v2/shared/three/blobs/${digestOf(first)}`);
  expect(await stored()).toBe(before + 1);
  expect((await oci.get(`/v2/shared/four/blobs/${digestOf(first)}`)).body.equals(first)).toBe(true);
  await oci.delete(`/v2/shared/four/blobs/${digestOf(first)}`);
  expect(await stored()).toBe(before);
});

it('nothing stays of uploads that were cancelled, given up or wrong', async () => {
  const before = await stored();
  await server.restart();
  const at = await oci.startUpload('shared/five');
  await oci.send('PATCH', at, { body: first });
  await oci.delete(at);
  const wrong = await oci.startUpload('shared/five');
  await oci.send('PATCH', wrong, { body: first });
  expect((await oci.send('PUT', `${wrong}?digest=${digestOf('x')}`, { body: '' })).status).toBe(400);
  expect((await oci.send('POST', `/v2/shared/five/blobs/uploads/?digest=${digestOf('x')}`, { body: second })).status).toBe(400);
  await oci.send('PATCH', await oci.startUpload('shared/five'), { body: second });
  server.forwardHours(25);
  await server.runJob('expire-blob-uploads');
  expect(await stored()).toBe(before);
});
