import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { ClientWorld } from './tools.js';
import { MIB, clientTest, findTool, sameFile } from './tools.js';

async function story({ run, file, folder, url }: ClientWorld): Promise<void> {
  const aws = (...args: string[]) => run(['--endpoint-url', url, ...args]);
  const [small, large] = [await file('small', 1234), await file('large', 100 * MIB)];
  const back = (name: string) => path.join(folder, `${name}.back`);
  await aws('s3', 'mb', 's3://cli-bucket');
  for (const [name, source] of [['small', small], ['large', large]] as const) {
    await aws('s3', 'cp', source, `s3://cli-bucket/dir/${name}`, '--no-progress');
    await aws('s3', 'cp', `s3://cli-bucket/dir/${name}`, back(name), '--no-progress');
    await sameFile(source, back(name));
  }
  const listed = await aws('s3', 'ls', 's3://cli-bucket', '--recursive');
  expect(listed).toMatch(/1234 dir\/small/);
  expect(listed).toMatch(/104857600 dir\/large/);
  await aws('s3api', 'get-object', '--bucket', 'cli-bucket', '--key', 'dir/large', '--range', 'bytes=8388600-8388700', back('range'));
  expect((await fs.readFile(back('range'))).equals((await fs.readFile(large)).subarray(8_388_600, 8_388_701))).toBe(true);
  await aws('s3', 'cp', 's3://cli-bucket/dir/large', 's3://cli-bucket/copied', '--no-progress');
  await aws('s3', 'cp', 's3://cli-bucket/copied', back('copied'), '--no-progress');
  await sameFile(large, back('copied'));
  const link = (await aws('s3', 'presign', 's3://cli-bucket/dir/small')).trim();
  expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(await fs.readFile(small))).toBe(true);
  await fs.mkdir(path.join(folder, 'tree/sub'), { recursive: true });
  for (let i = 0; i < 5; i++) await fs.writeFile(path.join(folder, 'tree/sub', `ü ${i}+`), `file ${i}`);
  await aws('s3', 'sync', path.join(folder, 'tree'), 's3://cli-bucket/tree', '--no-progress');
  await aws('s3', 'sync', 's3://cli-bucket/tree', path.join(folder, 'tree.back'), '--no-progress');
  for (let i = 0; i < 5; i++) await sameFile(path.join(folder, 'tree/sub', `ü ${i}+`), path.join(folder, 'tree.back/sub', `ü ${i}+`));
  await aws('s3', 'rm', 's3://cli-bucket/dir/small');
  await aws('s3', 'rb', 's3://cli-bucket', '--force');
  expect(await aws('s3', 'ls')).toBe('');
}

clientTest(findTool('aws', 'venv/bin/aws'), 'AWS CLI, current', story);
clientTest(findTool('aws', '/usr/bin/aws'), 'AWS CLI, Debian’s', story);
