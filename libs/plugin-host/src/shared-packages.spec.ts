import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isShared, sharePackagesWith } from './shared-packages.js';

const run = promisify(execFile);

describe('isShared', () => {
  it('takes in plugins and our libraries inside them, not their other dependencies', () => {
    sharePackagesWith('/plugins/mine');
    const cases: [string, string | undefined, boolean][] = [
      ['zod', 'file:///plugins/mine/dist/index.js', true],
      ['zod/v4', 'file:///plugins/mine/dist/index.js', true],
      ['zod-extra', 'file:///plugins/mine/dist/index.js', false],
      ['fs', 'file:///plugins/mine/dist/index.js', false],
      ['zod', 'file:///plugins/mine/node_modules/some/index.js', false],
      ['zod', 'file:///plugins/mine/node_modules/@zas/plugin-testkit/index.js', true],
      ['zod', 'file:///plugins/mine-too/index.js', false],
      ['zod', undefined, false],
    ];
    for (const [specifier, parent, shared] of cases) expect([specifier, parent, isShared(specifier, parent)]).toEqual([specifier, parent, shared]);
  });
});

describe('a plugin with copies of its own', () => {
  it('gets the host\'s copies, in modules and in CommonJS', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zas-shared-'));
    try {
      const plugin = join(folder, 'plugin');
      for (const name of ['zod', 'tsyringe', '@zas/plugin-api']) {
        const copy = join(plugin, 'node_modules', name);
        await mkdir(copy, { recursive: true });
        await writeFile(join(copy, 'package.json'), JSON.stringify({ name, version: '9.9.9', main: 'index.js' }));
        await writeFile(join(copy, 'index.js'), 'throw new Error("a copy of its own");');
      }
      await writeFile(join(plugin, 'package.json'), JSON.stringify({ name: 'plugin', exports: './index.mjs' }));
      await writeFile(join(plugin, 'old.cjs'), 'exports.z = require("zod").z; exports.container = require("tsyringe").container;');
      await writeFile(
        join(plugin, 'index.mjs'),
        `import { definePlugin, secret } from '@zas/plugin-api';
         import { z } from 'zod';
         import old from './old.cjs';
         export default definePlugin({ id: 'own-copies', apiVersion: '^0.1.0', version: '1.0.0', provides: [],
           config: z.strictObject({ key: secret(old.z.string()) }), setup: ({ container }) => ({ provide: [] }) });`,
      );
      const index = join(import.meta.dirname, 'index.js');
      const script = `
        import 'reflect-metadata';
        import { installSharedPackages, PluginHost } from ${JSON.stringify(index)};
        installSharedPackages();
        const ignore = () => undefined;
        const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => logger };
        const host = new PluginHost({ plugins: [{ use: ${JSON.stringify(plugin)}, config: { key: 'x' } }],
          resolveFrom: '/zas.yaml', dataDir: '/nowhere', logger, limits: { start: 1000, drain: 1000, stop: 1000 } });
        await host.boot();
        console.log(host.inventory()[0].state);
        await host.stop();`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: process.cwd() });
      expect(stdout.trim()).toBe('started');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
