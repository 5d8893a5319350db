import { definePlugin, definePoint, defineService, provide } from '@zas/plugin-api';
import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { startTestHost } from './test-host.js';

const greeter = definePoint<{ greet(): Promise<string> }>('test.greeter/v1', 'one');
const names = defineService<{ name(): string }>('test.names/v1');

const plugin = definePlugin({
  id: 'greeter',
  apiVersion: '^0.1.0',
  version: '1.0.0',
  provides: [greeter],
  requires: [names],
  config: z.strictObject({ word: z.string() }),
  setup: ({ config, points, dataDir }) => ({
    provide: [provide(greeter, { greet: async () => `${config.word} ${points.one(names).name()}` })],
    start: async () => {
      await mkdir(dataDir, { recursive: true });
      await writeFile(join(dataDir, 'file'), '');
    },
  }),
});

const services = [{ point: names, implementation: { name: () => 'world' } }];

describe('startTestHost', () => {
  it('boots plugins with config and services, and leaves nothing', async () => {
    const host = await startTestHost({ plugins: [{ plugin, config: { word: 'hello' } }], services });
    await expect(host.points.one(greeter).greet()).resolves.toBe('hello world');
    expect(host.inventory()).toMatchObject([{ name: 'greeter', state: 'started' }]);
    expect(existsSync(join(host.dataDir, 'plugins', 'greeter', 'file'))).toBe(true);
    await host.stop();
    await host.stop();
    expect(existsSync(host.dataDir)).toBe(false);
  });

  it('rejects as the server would', async () => {
    await expect(startTestHost({ plugins: [plugin], services })).rejects.toThrow('config of plugin "greeter".word');
  });
});
