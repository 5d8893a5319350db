import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Config } from '@zas/config';
import { rootCredentials } from './root-credentials.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-root-'));
  file = path.join(folder, 'root-credentials.json');
});
afterEach(async () => fs.rm(folder, { recursive: true }));

const config = (root: { accessKey?: string; secretKey?: string } = {}) => ({ root, data: { dir: folder } }) as Config;

describe('rootCredentials', () => {
  it('takes the pair of the config and writes nothing', async () => {
    expect(await rootCredentials(config({ accessKey: 'ME', secretKey: 'hush' }))).toEqual({ accessKeyId: 'ME', secretAccessKey: 'hush' });
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it('makes a pair on the first start that only its owner can read, and keeps it', async () => {
    const made = await rootCredentials(config());
    expect(made).toEqual({ accessKeyId: expect.stringMatching(/^ZAS[A-Z2-7]{17}$/), secretAccessKey: expect.stringMatching(/^[\w-]{40}$/), file });
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    expect(await fs.readdir(folder)).toEqual(['root-credentials.json']);
    expect(await rootCredentials(config())).toEqual(made);
  });

  it('never makes the same pair twice', async () => {
    const first = await rootCredentials(config());
    await fs.rm(file);
    const second = await rootCredentials(config());
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
    expect(second.secretAccessKey).not.toBe(first.secretAccessKey);
  });

  it.each([{ accessKey: 'ME' }, { secretKey: 'hush' }])('does not take half a pair: %j', async (half) => {
    expect(await rootCredentials(config(half))).toMatchObject({ accessKeyId: expect.stringMatching(/^ZAS/), file });
  });

  it.each(['{}', '{"accessKeyId":"x"}', '{"accessKeyId":1,"secretAccessKey":2}'])('refuses a file that holds no pair, and leaves it: %s', async (text) => {
    await fs.writeFile(file, text);
    await expect(rootCredentials(config())).rejects.toThrow('does not hold accessKeyId and secretAccessKey');
    expect(await fs.readFile(file, 'utf8')).toBe(text);
  });

  it('does not take a file that it cannot understand for a first start', async () => {
    await fs.writeFile(file, 'half a wri');
    await expect(rootCredentials(config())).rejects.toThrow();
    expect(await fs.readFile(file, 'utf8')).toBe('half a wri');
  });
});
