import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { ROOT_KEYS } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';
import { textsOf } from '../harness/read-xml.js';
import { MIB, clientTest, findTool, sameFile, unless } from './tools.js';

/** Why nothing can be mounted here, or `undefined`. */
function whyNoFuse(): string | undefined {
  try {
    closeSync(openSync('/dev/fuse', 'r+'));
    return undefined;
  } catch (error) {
    return `/dev/fuse cannot be opened: ${(error as Error).message}`;
  }
}

clientTest(unless(whyNoFuse(), findTool('s3fs', '/usr/bin/s3fs')), 's3fs, Debian’s', async ({ run, file, folder, url }) => {
  const client = new SignedClient(url);
  expect((await client.put('/mounted')).status).toBe(200);
  const keys = async () => textsOf((await client.get('/mounted?list-type=2')).text, 'Key');
  const at = (...names: string[]) => path.join(folder, 'mount', ...names);
  await fs.mkdir(at());
  const passwords = path.join(folder, 'passwords');
  await fs.writeFile(passwords, `${ROOT_KEYS.accessKeyId}:${ROOT_KEYS.secretAccessKey}\n`, { mode: 0o600 });
  // It goes into the background once it is mounted; unmounting ends it.
  await run(['mounted', at(), ...[`url=${url}`, 'use_path_request_style', `passwd_file=${passwords}`, 'endpoint=us-east-1', 'multipart_size=10'].flatMap((option) => ['-o', option])]);
  try {
    const [small, large] = [await file('small', 1234), await file('large', 64 * MIB)];
    await fs.copyFile(small, at('small'));
    await fs.copyFile(large, at('large'));
    await sameFile(small, at('small'));
    await sameFile(large, at('large'));
    expect((await client.get('/mounted/small')).body.equals(await fs.readFile(small))).toBe(true);
    await fs.mkdir(at('folder'));
    await fs.rename(at('small'), at('folder', 'moved'));
    await fs.rename(at('large'), at('folder', 'renamed ü'));
    await sameFile(large, at('folder', 'renamed ü'));
    expect((await fs.readdir(at(), { recursive: true })).sort()).toEqual(['folder', 'folder/moved', 'folder/renamed ü']);
    await fs.rename(at('folder'), at('other'));
    expect(await keys()).toEqual(['other/', 'other/moved', 'other/renamed ü']);
    await fs.appendFile(at('other', 'moved'), 'appended');
    expect((await client.get('/mounted/other/moved')).body.equals(Buffer.concat([await fs.readFile(small), Buffer.from('appended')]))).toBe(true);
    const handle = await fs.open(at('other', 'renamed ü'), 'r+');
    const patch = crypto.randomBytes(100);
    await handle.write(patch, 0, patch.length, 30 * MIB);
    await handle.close();
    const patched = Buffer.from(await fs.readFile(large));
    patch.copy(patched, 30 * MIB);
    expect((await client.get(`/mounted/other/${encodeURIComponent('renamed ü')}`)).body.equals(patched)).toBe(true);
    // What others write appears too.
    await client.put('/mounted/other/from-outside', 'outside');
    expect(await fs.readFile(at('other', 'from-outside'), 'utf8')).toBe('outside');
    await fs.chmod(at('other', 'moved'), 0o640);
    expect((await fs.stat(at('other', 'moved'))).mode & 0o777).toBe(0o640);
    await fs.rm(at('other'), { recursive: true });
    expect([await fs.readdir(at()), await keys()]).toEqual([[], []]);
  } finally {
    const unmounted = spawnSync('fusermount', ['-u', at()], { encoding: 'utf8' });
    if (unmounted.status !== 0) spawnSync('fusermount', ['-uz', at()]);
    client.close();
  }
});
