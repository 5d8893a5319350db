import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeDataFolder } from './data-folder.js';

// That its entries are durable is shown by the power-cut test.
describe('the data folder', () => {
  it('is made with its parents, for the owner alone, and stays as it is', async () => {
    const root = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-folder-'));
    const folder = path.join(root, 'a', 'b');
    await makeDataFolder(folder);
    expect((await fs.stat(folder)).mode & 0o777).toBe(0o700);
    await fs.writeFile(path.join(folder, 'kept'), '');
    await makeDataFolder(folder);
    expect(await fs.readdir(folder)).toEqual(['kept']);
    await fs.rm(root, { recursive: true });
  });

  it('is refused where a file is in the way', async () => {
    const root = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-folder-'));
    await fs.writeFile(path.join(root, 'file'), '');
    await expect(makeDataFolder(path.join(root, 'file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await fs.rm(root, { recursive: true });
  });
});
