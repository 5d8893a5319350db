import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { digestOf } from './harness/oci-artifacts.js';
import { OciClient } from './harness/oci-client.js';
import { type AuthoredPlugin, PLUGIN, PackingRoom } from './harness/packing-room.js';
import { ServerProcess } from './harness/server-process.js';
import { storeInThirdParty } from './harness/storage-story.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SHARED = ['@zas/plugin-api', 'zod', 'tsyringe', 'reflect-metadata'];

let room: PackingRoom;
let plugin: AuthoredPlugin;

beforeAll(async () => {
  room = await PackingRoom.open();
  plugin = await room.authorPlugin();
}, 60_000);
afterAll(() => room.close());

/** Starts the host with the plugin from `folder`; the config lies in a folder below, as an operator's would. */
async function useOverS3(folder: string): Promise<void> {
  const dataDir = path.join(folder, 'data');
  await fs.mkdir(dataDir);
  const config = { plugins: [{ use: PLUGIN }], limits: { inlineBytes: 0 } };
  await storeInThirdParty(() => ServerProcess.start({ dataDir, config }), path.join(dataDir, 'plugins', PLUGIN, 'blobs.log'));
}

describe('a third party’s storage plugin', () => {
  let site: string;
  beforeAll(async () => {
    site = await room.emptyFolderWith('site', [...plugin.tarballs, plugin.packed]);
  }, 60_000);

  it('passes the public contract suite in an empty folder, under node --test', async () => {
    // The runner takes no file inside node_modules.
    await fs.writeFile(path.join(site, 'contract.test.mjs'), `import './node_modules/${PLUGIN}/dist/contract.test.js';\n`);
    const { stdout } = await room.run(process.execPath, ['--test', '--test-reporter=tap', 'contract.test.mjs'], site);
    expect(stdout).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(15);
  });

  it('is loaded by name by a running host, which serves S3 from it', async () => {
    await useOverS3(site);
  }, 60_000);

  it('takes pushes in chunks, which go on after a restart', async () => {
    const [small, large] = [crypto.randomBytes(3000), crypto.randomBytes(300_000)];
    const begin = () => ServerProcess.start({ dataDir: path.join(site, 'registry'), config: { plugins: [{ use: PLUGIN }], limits: { inlineBytes: 4096 } } });
    await fs.mkdir(path.join(site, 'registry'));
    let server = await begin();
    const uploads: { at: string; bytes: Buffer }[] = [];
    try {
      const client = new OciClient(server.url);
      for (const bytes of [small, large]) {
        // One that is finished at once, and one that waits for the restart.
        for (const algorithm of ['sha256', 'sha512'] as const) {
          const at = await client.startUpload('third/party');
          for (const half of [bytes.subarray(0, 1000), bytes.subarray(1000)]) expect((await client.send('PATCH', at, { body: half })).status).toBe(202);
          if (algorithm === 'sha256') uploads.push({ at, bytes });
          else expect((await client.send('PUT', `${at}?digest=sha512:${crypto.hash('sha512', bytes)}`, { body: '' })).status).toBe(201);
        }
      }
      client.close();
      await server.stop();
      server = await begin();
      const again = new OciClient(server.url);
      for (const { at, bytes } of uploads) {
        expect((await again.send('PUT', `${at}?digest=${digestOf(bytes)}`, { body: '' })).status).toBe(201);
        for (const digest of [digestOf(bytes), `sha512:${crypto.hash('sha512', bytes)}`]) {
          expect((await again.get(`/v2/third/party/blobs/${digest}`)).body.equals(bytes)).toBe(true);
        }
      }
      again.close();
    } finally {
      await server.stop();
    }
  }, 60_000);
});

describe('one that brings its own copies of the peer dependencies', () => {
  let site: string;
  const home = () => path.join(site, 'node_modules', PLUGIN);
  beforeAll(async () => {
    const { author } = plugin;
    const manifest = JSON.parse(await fs.readFile(path.join(author, 'package.json'), 'utf8')) as Record<string, unknown>;
    const own = { ...manifest, peerDependencies: {}, devDependencies: {}, dependencies: Object.fromEntries(SHARED.map((name) => [name, '*'])) };
    await fs.writeFile(path.join(author, 'package.json'), JSON.stringify({ ...own, bundleDependencies: SHARED }));
    const [bundled] = await room.pack([author], 'bundled');
    site = await room.emptyFolderWith('bundled-site', [bundled!]);
  }, 60_000);

  it('works, and uses the host’s', async () => {
    for (const name of SHARED) {
      const entry = path.join(home(), 'node_modules', name, 'package.json');
      const { version } = JSON.parse(await fs.readFile(entry, 'utf8')) as { version: string };
      // A copy that cannot be loaded: whoever takes it fails.
      await fs.writeFile(entry, JSON.stringify({ name, version, main: 'broken.cjs' }));
      await fs.writeFile(path.join(path.dirname(entry), 'broken.cjs'), 'throw new Error("a copy of its own");');
    }
    await useOverS3(site);
  }, 60_000);

  it('is refused with the reason when it needs a version that the host does not have', async () => {
    const manifest = JSON.parse(await fs.readFile(path.join(home(), 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    manifest.dependencies['zod'] = '^3.25.0';
    await fs.writeFile(path.join(home(), 'package.json'), JSON.stringify(manifest));
    const config = path.join(site, 'zas.yaml');
    await fs.writeFile(config, stringify({ plugins: [{ use: PLUGIN }] }));
    const checking = room.run(process.execPath, [path.join(ROOT, 'apps/host/dist/main.js'), '--config', config, '--check-config'], site);
    await expect(checking).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/append-log-storage.* needs zod \^3\.25\.0, the host has 4\./) });
  });
});
