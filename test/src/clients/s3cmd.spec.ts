import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { ROOT_KEYS } from '../harness/server-process.js';
import { MIB, clientTest, findTool, sameFile } from './tools.js';

clientTest(findTool('s3cmd', '/usr/bin/s3cmd'), 's3cmd, Debian’s', async ({ run, file, folder, url }) => {
  const host = new URL(url).host;
  const config = path.join(folder, 's3cfg');
  await fs.writeFile(
    config,
    `[default]\naccess_key = ${ROOT_KEYS.accessKeyId}\nsecret_key = ${ROOT_KEYS.secretAccessKey}\nhost_base = ${host}\nhost_bucket = ${host}\nuse_https = False\n`,
  );
  const s3cmd = (...args: string[]) => run(['-c', config, '--no-progress', ...args]);
  const [small, large] = [await file('small', 1234), await file('large', 100 * MIB)];
  const back = (name: string) => path.join(folder, `${name}.back`);
  await s3cmd('mb', 's3://s3cmd-bucket');
  for (const [name, source] of [['small', small], ['large', large]] as const) {
    await s3cmd('put', source, `s3://s3cmd-bucket/dir/${name}`);
    await s3cmd('get', `s3://s3cmd-bucket/dir/${name}`, back(name));
    await sameFile(source, back(name));
  }
  expect(await s3cmd('ls', '--recursive', 's3://s3cmd-bucket')).toMatch(/104857600 +s3:\/\/s3cmd-bucket\/dir\/large/);
  // s3cmd asks for a range when it goes on with a file that is there in part.
  await fs.writeFile(back('range'), (await fs.readFile(large)).subarray(0, 50 * MIB));
  await s3cmd('get', '--continue', 's3://s3cmd-bucket/dir/large', back('range'));
  await sameFile(large, back('range'));
  await s3cmd('cp', 's3://s3cmd-bucket/dir/large', 's3://s3cmd-bucket/copied');
  await s3cmd('get', 's3://s3cmd-bucket/copied', back('copied'));
  await sameFile(large, back('copied'));
  await s3cmd('del', 's3://s3cmd-bucket/dir/small');
  await s3cmd('del', '--recursive', '--force', 's3://s3cmd-bucket');
  await s3cmd('rb', 's3://s3cmd-bucket');
  expect(await s3cmd('ls')).toBe('');
});
