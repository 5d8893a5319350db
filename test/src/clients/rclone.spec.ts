import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { ROOT_KEYS } from '../harness/server-process.js';
import { MIB, clientTest, findTool, sameFile } from './tools.js';

clientTest(findTool('rclone', '/usr/bin/rclone', ['version']), 'rclone, Debian’s', async ({ run, file, folder, url }) => {
  const env = {
    RCLONE_CONFIG_ZAS_TYPE: 's3',
    RCLONE_CONFIG_ZAS_PROVIDER: 'Other',
    RCLONE_CONFIG_ZAS_ENDPOINT: url,
    RCLONE_CONFIG_ZAS_REGION: 'us-east-1',
    RCLONE_CONFIG_ZAS_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
    RCLONE_CONFIG_ZAS_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
  };
  const rclone = (...args: string[]) => run(args, { env });
  await fs.mkdir(path.join(folder, 'tree'));
  const [small, large] = [await file('tree/small', 1234), await file('tree/large', 300 * MIB)];
  await rclone('mkdir', 'zas:rclone-bucket');
  await rclone('copy', path.join(folder, 'tree'), 'zas:rclone-bucket/dir');
  await rclone('check', path.join(folder, 'tree'), 'zas:rclone-bucket/dir', '--download');
  expect(await rclone('lsf', '--format', 'ps', 'zas:rclone-bucket/dir')).toBe(`large;${300 * MIB}\nsmall;1234\n`);
  await rclone('copyto', 'zas:rclone-bucket/dir/large', path.join(folder, 'large.back'));
  await sameFile(large, path.join(folder, 'large.back'));
  await rclone('cat', 'zas:rclone-bucket/dir/small', '--offset', '100', '--count', '50').then(async (text) =>
    expect(text.length).toBe((await fs.readFile(small)).subarray(100, 150).toString().length),
  );
  await rclone('copyto', 'zas:rclone-bucket/dir/large', 'zas:rclone-bucket/copied');
  await rclone('copyto', 'zas:rclone-bucket/copied', path.join(folder, 'copied.back'));
  await sameFile(large, path.join(folder, 'copied.back'));
  const link = (await rclone('link', 'zas:rclone-bucket/dir/small')).trim();
  expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(await fs.readFile(small))).toBe(true);
  await rclone('deletefile', 'zas:rclone-bucket/dir/small');
  await rclone('purge', 'zas:rclone-bucket');
  expect(await rclone('lsd', 'zas:')).toBe('');
});
