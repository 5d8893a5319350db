import fs from 'node:fs';
import { expect, it } from '@jest/globals';
import { pieceCounter } from './free-pieces.js';

const MIB = 1024 * 1024;

it('collects once for every 4 MiB of bodies, whatever the pieces', () => {
  let collected = 0;
  const count = pieceCounter(() => collected++);
  for (let i = 0; i < 63; i++) count(64 * 1024);
  expect(collected).toBe(0);
  count(64 * 1024);
  expect(collected).toBe(1);
  count(4 * MIB - 1);
  expect(collected).toBe(1);
  count(1);
  expect(collected).toBe(2);
});

it('can: the server is started with the collector at hand', () => {
  const { config } = JSON.parse(fs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { config: { nodeFlags: string[] } };
  expect(config.nodeFlags).toContain('--expose-gc');
});
