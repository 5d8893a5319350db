import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '../harness/oci-artifacts.js';
import { OciWorld } from '../harness/oci-world.js';

const BYTES = crypto.randomBytes(6 * 1024 * 1024);
let world: OciWorld;

/** Begun before the restart. */
const begun: { readonly length: number; readonly algorithm: 'sha256' | 'sha512'; at: string }[] = [
  { length: 0, algorithm: 'sha256', at: '' },
  { length: 10, algorithm: 'sha256', at: '' },
  { length: 10, algorithm: 'sha512', at: '' },
  { length: 3_333_333, algorithm: 'sha256', at: '' },
  { length: 3_333_333, algorithm: 'sha512', at: '' },
];
let wrong: string;

beforeAll(async () => {
  world = await OciWorld.start();
  for (const upload of begun) {
    upload.at = await world.alice.startUpload(`survival/${upload.algorithm}-${upload.length}`, `?digest-algorithm=${upload.algorithm}`);
    if (upload.length > 0) await world.alice.send('PATCH', upload.at, { body: BYTES.subarray(0, upload.length) });
  }
  wrong = await world.alice.startUpload('survival/wrong');
  await world.alice.send('PATCH', wrong, { body: BYTES });
  await world.stop();
  await restart();
});
afterAll(() => world.remove());

async function restart(): Promise<void> {
  world = await OciWorld.start({}, [], world.server.dataDir);
}

async function finish(at: string, from: number, algorithm: 'sha256' | 'sha512' = 'sha256'): Promise<void> {
  const digest = digestOf(BYTES, algorithm);
  const sent = await world.alice.send('PATCH', at, { body: BYTES.subarray(from), headers: { 'content-range': `${from}-${BYTES.length - 1}` } });
  expect([sent.status, sent.headers.range]).toEqual([202, `0-${BYTES.length - 1}`]);
  const closed = await world.alice.send('PUT', `${at}?digest=${digest}`, { body: '' });
  expect([closed.status, closed.codes]).toEqual([201, []]);
  expect((await world.alice.get(closed.headers.location!)).body.equals(BYTES)).toBe(true);
}

describe('after a restart', () => {
  it.each(begun)('an upload of $length bytes under $algorithm goes on where it was', async (upload) => {
    const { at, length, algorithm } = upload;
    const state = await world.alice.get(at);
    expect([state.status, state.headers.range]).toEqual([204, `0-${Math.max(length - 1, 0)}`]);
    expect((await world.bob.get(at)).status).toBe(403);
    await finish(at, length, algorithm);
    expect((await world.alice.get(at)).codes).toEqual(['BLOB_UPLOAD_UNKNOWN']);
  });

  it('a wrong digest still ends an upload and stores nothing', async () => {
    const closed = await world.alice.send('PUT', `${wrong}?digest=${digestOf('else')}`, { body: '' });
    expect([closed.status, closed.codes]).toEqual([400, ['DIGEST_INVALID']]);
    expect((await world.alice.get(wrong)).status).toBe(404);
    for (const digest of [digestOf('else'), digestOf(BYTES)]) expect((await world.alice.head(`/v2/survival/wrong/blobs/${digest}`)).status).toBe(404);
  });
});

it('a SIGKILL amid a PATCH leaves an upload that tells just the bytes that are durable, and is finished', async () => {
  const at = await world.alice.startUpload('survival/killed');
  await world.alice.send('PATCH', at, { body: BYTES.subarray(0, 1_000_000) });
  let sent = 1_000_000;
  async function* pieces() {
    for (; sent < 5_000_000; sent += 50_000) {
      yield BYTES.subarray(sent, sent + 50_000);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await world.server.stop('SIGKILL');
    throw new Error('the server was killed');
  }
  await expect(world.alice.send('PATCH', at, { body: pieces() })).rejects.toThrow();
  world.root.close();
  await restart();
  const state = await world.alice.get(at);
  const length = Number(/^0-(\d+)$/.exec(state.headers.range!)![1]) + 1;
  expect(state.status).toBe(204);
  // What was acknowledged is there, and nothing that was never sent.
  expect(length).toBeGreaterThanOrEqual(1_000_000);
  expect(length).toBeLessThanOrEqual(sent);
  expect((await world.alice.get(at)).headers.range).toBe(state.headers.range);
  await finish(at, length);
});
