import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { digestOf } from './harness/oci-artifacts.js';
import { OciClient } from './harness/oci-client.js';
import { ROOT_KEYS, ServerProcess } from './harness/server-process.js';
import { SignedClient } from './harness/signed-client.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MODULES = path.join(ROOT, 'node_modules');
const SOURCES = path.join(ROOT, 'test/third-party/append-log-storage');
const PLUGIN = 'append-log-storage';
const PUBLISHED = ['libs/plugin-api', 'libs/plugin-testkit', 'libs/plugin-host', 'libs/config', 'libs/observability'];
const SHARED = ['@zas/plugin-api', 'zod', 'tsyringe', 'reflect-metadata'];

const env = { PATH: `${path.join(MODULES, '.bin')}${path.delimiter}${process.env['PATH']}`, HOME: process.env['HOME'] ?? os.tmpdir() };
const run = (file: string, args: readonly string[], cwd: string) => promisify(execFile)(file, args, { cwd, env });
const NPM_QUIET = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

let top: string;
let author: string;
let tarballs: string[];
let packed: string;

/** Where Node would find what `folder` depends on, and what that depends on in turn, our own packages left out. */
async function dependenciesOf(folder: string, found = new Set<string>()): Promise<ReadonlySet<string>> {
  const manifest = JSON.parse(await fs.readFile(path.join(folder, 'package.json'), 'utf8')) as Record<string, Record<string, string> | undefined>;
  for (const name of Object.keys({ ...manifest['dependencies'], ...manifest['peerDependencies'] })) {
    if (name.startsWith('@zas/')) continue;
    let from = folder;
    while (!(await fs.stat(path.join(from, 'node_modules', name)).catch(() => undefined))) from = path.dirname(from);
    const home = path.join(from, 'node_modules', name);
    if (found.has(home)) continue;
    found.add(home);
    await dependenciesOf(home, found);
  }
  return found;
}

/** Packs folders. @returns absolute paths of the tarballs */
async function pack(folders: readonly string[], into: string): Promise<string[]> {
  await fs.mkdir(into, { recursive: true });
  await run('npm', ['pack', ...NPM_QUIET, '--pack-destination', into, ...folders], top);
  return (await fs.readdir(into)).map((name) => path.join(into, name));
}

/** An empty folder with nothing but a package.json, and the packages installed into it. */
async function emptyFolderWith(name: string, packages: readonly string[]): Promise<string> {
  const folder = path.join(top, name);
  await fs.mkdir(folder);
  await fs.writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', private: true }));
  await run('npm', ['install', ...NPM_QUIET, ...packages], folder);
  return folder;
}

beforeAll(async () => {
  top = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-third-party-'));
  const published = PUBLISHED.map((folder) => path.join(ROOT, folder));
  // Packed from what is installed, so that nothing is downloaded.
  const installed = new Set<string>();
  for (const folder of published) await dependenciesOf(folder, installed);
  tarballs = await pack([...published, ...installed], path.join(top, 'tarballs'));
  author = await emptyFolderWith('author', tarballs);
  await fs.cp(SOURCES, author, { recursive: true, filter: (source) => !/[\\/](dist|node_modules)$/.test(source) });
  const types = ['--typeRoots', path.join(MODULES, '@types')];
  await run(process.execPath, [path.join(MODULES, 'typescript-native/bin/tsc'), '-p', '.', ...types], author);
  packed = (await pack([author], path.join(top, 'plugin')))[0]!;
}, 60_000);
afterAll(async () => fs.rm(top, { recursive: true, force: true }));

/** Starts the host with the plugin from `folder`; the config lies in a folder below, as an operator's would. */
const serve = (folder: string, use = PLUGIN) =>
  ServerProcess.start({ dataDir: path.join(folder, 'data'), config: { plugins: [{ use }], limits: { inlineBytes: 0 } } });

async function inventory(server: ServerProcess): Promise<{ id: string; state: string; provides: string[] }[]> {
  const client = new SignedClient(server.url);
  const authorization = `Basic ${Buffer.from(`${ROOT_KEYS.accessKeyId}:${ROOT_KEYS.secretAccessKey}`).toString('base64')}`;
  const answer = await client.sendRaw({ method: 'GET', path: '/admin/plugins', headers: { authorization } });
  client.close();
  return (JSON.parse(answer.text) as { plugins: { id: string; state: string; provides: string[] }[] }).plugins;
}

/** Stores, reads, lists and deletes over S3, and reads again after a restart. */
async function useOverS3(folder: string, use?: string): Promise<void> {
  await fs.mkdir(path.join(folder, 'data'));
  const bytes = crypto.randomBytes(300_000);
  let server = await serve(folder, use);
  try {
    let client = new SignedClient(server.url);
    const send = (method: string, target: string, body?: Uint8Array, query?: string) => client.send({ method, path: target, body, query });
    expect((await send('PUT', '/archive')).status).toBe(200);
    expect((await send('PUT', '/archive/kept', bytes)).status).toBe(200);
    expect((await send('PUT', '/archive/dropped', bytes.subarray(1))).status).toBe(200);
    expect((await send('GET', '/archive/dropped')).body.equals(bytes.subarray(1))).toBe(true);
    expect((await send('DELETE', '/archive/dropped')).status).toBe(204);
    const storage = (await inventory(server)).filter(({ provides }) => provides.includes('storage.blobs/v1alpha'));
    expect(storage).toMatchObject([{ id: PLUGIN, state: 'started' }]);
    expect((await fs.stat(path.join(folder, 'data/plugins', PLUGIN, 'blobs.log'))).size).toBeGreaterThan(2 * bytes.length - 1);
    client.close();
    await server.stop();

    server = await serve(folder, use);
    client = new SignedClient(server.url);
    expect((await send('GET', '/archive/kept')).body.equals(bytes)).toBe(true);
    const list = (await send('GET', '/archive', undefined, 'list-type=2')).text;
    expect([...list.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key)).toEqual(['kept']);
    client.close();
  } finally {
    await server.stop();
  }
}

describe('a third party’s storage plugin', () => {
  let site: string;
  beforeAll(async () => {
    site = await emptyFolderWith('site', [...tarballs, packed]);
  }, 60_000);

  it('passes the public contract suite in an empty folder, under node --test', async () => {
    // The runner takes no file inside node_modules.
    await fs.writeFile(path.join(site, 'contract.test.mjs'), `import './node_modules/${PLUGIN}/dist/contract.test.js';\n`);
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', 'contract.test.mjs'], site);
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
    const manifest = JSON.parse(await fs.readFile(path.join(author, 'package.json'), 'utf8')) as Record<string, unknown>;
    const own = { ...manifest, peerDependencies: {}, devDependencies: {}, dependencies: Object.fromEntries(SHARED.map((name) => [name, '*'])) };
    await fs.writeFile(path.join(author, 'package.json'), JSON.stringify({ ...own, bundleDependencies: SHARED }));
    const [bundled] = await pack([author], path.join(top, 'bundled'));
    site = await emptyFolderWith('bundled-site', [bundled!]);
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
    const checking = run(process.execPath, [path.join(ROOT, 'apps/host/dist/main.js'), '--config', config, '--check-config'], site);
    await expect(checking).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/append-log-storage.* needs zod \^3\.25\.0, the host has 4\./) });
  });
});
