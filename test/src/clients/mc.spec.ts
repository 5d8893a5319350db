import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { ROOT_KEYS } from '../harness/server-process.js';
import { MIB, clientTest, findTool, sameFile } from './tools.js';

clientTest(findTool('mc', 'bin/mc'), 'mc, from the Go module proxy', async ({ run, file, folder, url }) => {
  const keys = `${ROOT_KEYS.accessKeyId}:${ROOT_KEYS.secretAccessKey}@`;
  const env = { MC_HOST_zas: url.replace('://', `://${keys}`) };
  const mc = (...args: string[]) => run(['--quiet', ...args], { env });
  const [small, large] = [await file('small', 1234), await file('large', 100 * MIB)];
  const back = (name: string) => path.join(folder, `${name}.back`);
  await mc('mb', 'zas/mc-bucket');
  for (const [name, source] of [['small', small], ['large', large]] as const) {
    await mc('cp', source, `zas/mc-bucket/dir/${name}`);
    await mc('cp', `zas/mc-bucket/dir/${name}`, back(name));
    await sameFile(source, back(name));
  }
  expect(await mc('ls', '--recursive', 'zas/mc-bucket')).toMatch(/dir\/large[^]*dir\/small/);
  const tail = await mc('cat', '--offset', '1200', 'zas/mc-bucket/dir/small');
  expect(tail.length).toBe((await fs.readFile(small)).subarray(1200).toString().length);
  await mc('cp', 'zas/mc-bucket/dir/large', 'zas/mc-bucket/copied');
  await mc('cp', 'zas/mc-bucket/copied', back('copied'));
  await sameFile(large, back('copied'));
  const shared = JSON.parse(await mc('share', 'download', '--json', 'zas/mc-bucket/dir/small')) as { share: string };
  expect(Buffer.from(await (await fetch(shared.share)).arrayBuffer()).equals(await fs.readFile(small))).toBe(true);
  await mc('rm', 'zas/mc-bucket/dir/small');
  await mc('rb', '--force', 'zas/mc-bucket');
  expect(await mc('ls', 'zas')).toBe('');
});
