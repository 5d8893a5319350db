import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { MIB, clientTest, findTool, sameFile } from './tools.js';

clientTest(findTool('restic', '/usr/bin/restic', ['version']), 'restic, Debian’s', async ({ run, file, folder, url }) => {
  const env = { RESTIC_REPOSITORY: `s3:${url}/restic-bucket/repository`, RESTIC_PASSWORD: 'password of the test' };
  const restic = (...args: string[]) => run(args, { env });
  await fs.mkdir(path.join(folder, 'tree'));
  const [small, large] = [await file('tree/small', 1234), await file('tree/large', 100 * MIB)];
  await restic('init');
  await restic('backup', path.join(folder, 'tree'));
  await file('tree/small', 4321);
  await restic('backup', path.join(folder, 'tree'));
  await restic('check', '--read-data');
  await restic('restore', 'latest', '--target', path.join(folder, 'restored'));
  for (const source of [small, large]) await sameFile(source, path.join(folder, 'restored', source));
  expect(JSON.parse(await restic('snapshots', '--json'))).toHaveLength(2);
  await restic('forget', '--keep-last', '1', '--prune');
  await restic('check', '--read-data');
  expect(JSON.parse(await restic('snapshots', '--json'))).toHaveLength(1);
});
