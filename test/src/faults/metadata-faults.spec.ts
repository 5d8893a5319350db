import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeBytes } from '../crash/stored-value.js';
import { FaultyServer } from './faulty-server.js';

const LIMIT = 60_000;
const BODY = 4000;

const mount = (...args: string[]) => spawnSync('mount', ['-t', 'tmpfs', ...args], { encoding: 'utf8' });

/** @returns why no small disk can be made here, or `undefined` */
async function whyNoSmallDisk(): Promise<string | undefined> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-mount-'));
  const { error, status, stderr } = mount('-o', 'size=1m', 'zas-test', folder);
  if (status === 0) spawnSync('umount', [folder]);
  await fs.rmdir(folder);
  return error || status !== 0 ? `a file system cannot be mounted here: ${error?.message ?? stderr.trim()}` : undefined;
}

const obstacle = await whyNoSmallDisk();
if (obstacle !== undefined) process.stderr.write(`test of a full metadata disk skipped: ${obstacle}\n`);

(obstacle === undefined ? describe : describe.skip)('a full metadata disk', () => {
  let dataDir: string;
  let folder: string;
  let faulty: FaultyServer;

  beforeAll(async () => {
    dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-test-'));
    folder = path.join(dataDir, 'plugins/metadata-sqlite');
    await fs.mkdir(folder, { recursive: true });
    mount('-o', 'size=4m', 'zas-test', folder);
    faulty = await FaultyServer.start({}, dataDir);
  }, LIMIT);

  afterAll(async () => {
    await faulty?.server.stop();
    spawnSync('umount', [folder]);
    await faulty?.remove();
  }, LIMIT);

  it('refuses writes, serves reads, keeps what it acknowledged, says degraded and recovers', async () => {
    const stored: string[] = [];
    let refusal;
    for (let i = 0; refusal === undefined && i < 5000; i++) {
      const answer = await faulty.put(`key-${i}`, makeBytes(`key-${i}`, BODY));
      if (answer.status === 200) stored.push(`key-${i}`);
      else refusal = { key: `key-${i}`, status: answer.status, code: answer.code };
    }
    expect(refusal).toMatchObject({ status: 503, code: 'ServiceUnavailable' });
    expect(stored.length).toBeGreaterThan(10);
    const { httpStatus, status, components } = await faulty.health();
    expect({ httpStatus, status }).toEqual({ httpStatus: 200, status: 'degraded' });
    expect(components['metadata-sqlite']).toMatchObject({ state: 'degraded', reason: expect.any(String) });
    // A record without its body is small and may still find room; then it counts.
    const { status: large } = await faulty.put('large', makeBytes('large', 100_000));
    expect([200, 503]).toContain(large);
    for (const key of stored) expect((await faulty.get(key)).body.equals(makeBytes(key, BODY))).toBe(true);
    expect(await faulty.head(refusal!.key)).toBe(404);
    expect(await faulty.head('large')).toBe(large === 200 ? 200 : 404);

    mount('-o', 'remount,size=64m', 'zas-test', folder);
    await faulty.recovered();
    expect((await faulty.put(refusal!.key, 'again')).status).toBe(200);
    for (const key of stored) expect((await faulty.get(key)).body.equals(makeBytes(key, BODY))).toBe(true);
  }, LIMIT);
});
