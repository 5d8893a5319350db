import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isShared, SHARED_PACKAGES, sharePackagesWith } from './shared-packages.js';

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

/** Boots a real host in a process of its own, where module hooks exist, and answers what it says. */
async function bootElsewhere(uses: readonly { use: string; config?: unknown }[], resolveFrom: string, pluginsDir?: string): Promise<string> {
  const script = `
    import 'reflect-metadata';
    import { installSharedPackages, PluginHost } from ${JSON.stringify(join(import.meta.dirname, 'index.js'))};
    installSharedPackages();
    const ignore = () => undefined;
    const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => logger };
    const host = new PluginHost({ plugins: ${JSON.stringify(uses)}, resolveFrom: ${JSON.stringify(resolveFrom)},
      pluginsDir: ${JSON.stringify(pluginsDir)}, dataDir: '/nowhere', logger, limits: { start: 1000, drain: 1000, stop: 1000 } });
    await host.boot();
    console.log(host.inventory().map(({ name, state }) => name + ' ' + state).join('\\n'));
    await host.stop();`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: process.cwd() });
  return stdout.trim();
}

const moduleOf = (id: string, imports = '', z = 'z') => `
  import { definePlugin, secret } from '@zas/plugin-api';
  import { z } from 'zod';
  ${imports}
  export default definePlugin({ id: '${id}', apiVersion: '^0.1.0', version: '1.0.0', provides: [],
    config: z.strictObject({ key: secret(${z}.string()).optional() }), setup: () => ({ provide: [] }) });`;

describe('in a running host', () => {
  it('gives plugins the host\'s copies: with copies of their own, in CommonJS, behind links, without any', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zas-shared-'));
    try {
      const plugin = join(folder, 'elsewhere');
      for (const name of ['zod', 'tsyringe', '@zas/plugin-api']) {
        const copy = join(plugin, 'node_modules', name);
        await mkdir(copy, { recursive: true });
        await writeFile(join(copy, 'package.json'), JSON.stringify({ name, version: '9.9.9', main: 'index.js' }));
        await writeFile(join(copy, 'index.js'), 'throw new Error("a copy of its own");');
      }
      await writeFile(join(plugin, 'package.json'), JSON.stringify({ name: 'own-copies', exports: './index.mjs' }));
      await writeFile(join(plugin, 'old.cjs'), 'exports.z = require("zod").z; exports.container = require("tsyringe").container;');
      await writeFile(join(plugin, 'index.mjs'), moduleOf('own-copies', `import old from './old.cjs';`, 'old.z'));
      await mkdir(join(folder, 'node_modules'));
      await symlink(plugin, join(folder, 'node_modules', 'own-copies'));
      await writeFile(join(folder, 'lone.mjs'), moduleOf('lone-file'));
      const uses = [{ use: 'own-copies', config: { key: 'x' } }, { use: './lone.mjs' }];
      expect(await bootElsewhere(uses, join(folder, 'zas.yaml'))).toBe('own-copies started\nlone-file started');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does so in the folder of plugins: beside installed copies, and where nothing is installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zas-plugins-dir-'));
    try {
      const write = async (path: string, text: string) => {
        await mkdir(join(folder, path, '..'), { recursive: true });
        await writeFile(join(folder, path), text);
      };
      const uses = ['installed', '@team/installed', 'unpacked', '@team/unpacked'];
      for (const name of uses) {
        const home = join(name.endsWith('installed') ? 'plugins/node_modules' : 'plugins', name);
        await write(join(home, 'package.json'), JSON.stringify({ name, exports: './dist/index.mjs', peerDependencies: { zod: '^4.0.0' } }));
        const id = name.replace(/\W+/g, '-').replace(/^-/, '');
        await write(join(home, 'dist/index.mjs'), moduleOf(id, `import old from './old.cjs';`, 'old.z'));
        await write(join(home, 'dist/old.cjs'), 'exports.z = require("zod").z; exports.container = require("tsyringe").container; require("reflect-metadata");');
      }
      // As `npm install` leaves them for the peer dependencies of what it installs.
      for (const name of SHARED_PACKAGES) {
        await write(join('plugins/node_modules', name, 'package.json'), JSON.stringify({ name, version: '4.9.9', main: 'index.js' }));
        await write(join('plugins/node_modules', name, 'index.js'), 'throw new Error("a copy of its own");');
      }
      const said = await bootElsewhere(uses.map((use) => ({ use, config: { key: 'x' } })), join(folder, 'conf/zas.yaml'), join(folder, 'plugins'));
      expect(said).toBe('installed started\nteam-installed started\nunpacked started\nteam-unpacked started');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
