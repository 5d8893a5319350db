import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { PLUGIN, PackingRoom } from '../harness/packing-room.js';
import { MAIN_ARGUMENTS, ROOT_KEYS } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';
import { storeInThirdParty } from '../harness/storage-story.js';
import { BUILD, type BuiltImage, buildImage } from './build-image.js';
import { Container } from './container.js';
import { ContainerEngine, whyNoEngine } from './container-engine.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const NODE = '/usr/local/bin/node';
const USER = 1000;
const BUILD_MS = 900_000;
const MOST_BYTES = 60_000_000;

const obstacle = whyNoEngine();
if (obstacle !== undefined) console.warn(`SKIPPED the image: ${obstacle}`);
const suite = obstacle === undefined ? describe : describe.skip;

suite(`the image${obstacle === undefined ? '' : ` (${obstacle})`}`, () => {
  let engine: ContainerEngine;
  let image: BuiltImage;
  let files: readonly ImageFile[];
  beforeAll(async () => {
    engine = await ContainerEngine.open();
    image = await buildImage(engine);
    files = await filesOf(image);
  }, BUILD_MS);
  afterAll(() => engine.close());

  const script = (name: string, ...args: string[]) =>
    promisify(execFile)(process.execPath, [path.join(ROOT, 'scripts/image', name), ...args], { maxBuffer: 64 * 1024 * 1024 });
  /** A folder that belongs to the user of the image. */
  const ownedFolder = async (name: string) => {
    const folder = path.join(engine.folder, name);
    await fs.mkdir(folder);
    await fs.chown(folder, USER, USER);
    return folder;
  };

  describe('says', () => {
    it('what it is and how it is run', async () => {
      const [inspected] = JSON.parse(await engine.podman('image', 'inspect', image.name)) as [{ Config: Record<string, unknown>; HealthCheck?: object; Healthcheck?: object }];
      const label = (name: string) => `org.opencontainers.image.${name}`;
      expect(inspected.Config).toMatchObject({
        User: `${USER}:${USER}`,
        Entrypoint: [NODE, ...MAIN_ARGUMENTS.slice(0, -1), '/app/apps/host/dist/main.js'],
        StopSignal: 'SIGTERM',
        Volumes: { '/data': {} },
        ExposedPorts: { '9000/tcp': {} },
        Env: expect.arrayContaining(['ZAS_HTTP_HOST=0.0.0.0']),
        Labels: {
          [label('title')]: 'Zot Artifact Store',
          [label('description')]: expect.stringContaining('S3 and OCI'),
          [label('licenses')]: 'Apache-2.0',
          [label('version')]: BUILD.VERSION,
          [label('revision')]: BUILD.REVISION,
          [label('source')]: BUILD.SOURCE,
        },
      });
      expect(inspected.HealthCheck ?? inspected.Healthcheck).toMatchObject({ Test: ['CMD', NODE, '/app/apps/host/dist/zas.js', 'health'] });
    });

    it('in a valid bill of materials what it holds', async () => {
      const { stdout } = await script('sbom.mjs', '--image', image.layout);
      expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(stdout)).toBeNull();
      const bill = JSON.parse(stdout) as {
        components: { purl?: string; components?: { name: string }[] }[];
        dependencies: { ref: string; dependsOn?: string[] }[];
        metadata: object;
      };
      const { components, dependencies, metadata } = bill;
      expect(metadata).toMatchObject({ component: { type: 'container', version: BUILD.VERSION } });
      const purls = components.flatMap(({ purl }) => (purl === undefined ? [] : [purl]));
      for (const start of ['pkg:npm/%40zas/host@', 'pkg:npm/%40zas/metadata-sqlite@', 'pkg:npm/better-sqlite3@', 'pkg:generic/node@26.', 'pkg:deb/debian/libc6@', 'pkg:deb/debian/libatomic1@']) {
        expect(purls.filter((purl) => purl.startsWith(start))).toHaveLength(1);
      }
      expect(purls.filter((purl) => /jest|typescript|plugin-testkit|pkg:npm\/node-linux/.test(purl))).toEqual([]);
      // What can be said before there is an image is what then is in it.
      const before = JSON.parse((await script('sbom.mjs')).stdout) as typeof bill;
      expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(before))).toBeNull();
      const packages = purls.filter((purl) => purl.startsWith('pkg:npm/'));
      // One has nothing but headers for compiling.
      expect(before.components.map(({ purl }) => purl).filter((purl) => !purl?.startsWith('pkg:npm/node-addon-api@')).sort()).toEqual(packages.sort());
      const names = files.flatMap(({ name }) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(name)?.[1] ?? []);
      expect(names.length).toBeGreaterThan(80);
      expect(names.filter((name) => !packages.some((purl) => purl.startsWith(`pkg:npm/${name.replace('@', '%40')}@`)))).toEqual([]);
      expect(components.find(({ purl }) => purl?.startsWith('pkg:generic/node@'))?.components).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'openssl' })]));
      const host = dependencies.find(({ ref }) => ref.startsWith('pkg:npm/%40zas/host@'));
      expect(host?.dependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^pkg:npm\/fastify@/), expect.stringMatching(/^pkg:generic\/node@/)]));
    });
  });

  describe('holds', () => {
    it('60 MB at most, as its document says', async () => {
      // The document has the sizes of one architecture.
      const check = process.arch === 'x64' ? ['--check', path.join(ROOT, 'docs/container-image.md')] : [];
      const { stdout } = await script('image-sizes.mjs', image.layout, '--json', ...check);
      const { layers, sum } = JSON.parse(stdout) as { layers: number; sum: { gzip: number } };
      expect(layers).toBeLessThanOrEqual(MOST_BYTES);
      // Nothing lies in the image that no part accounts for.
      expect(Math.abs(layers - sum.gzip)).toBeLessThan(0.06 * layers);
    }, 60_000);

    it('no shell, no other program than Node, nothing of tests or of types', async () => {
      expect(files.length).toBeGreaterThan(1000);
      const named = (which: (file: ImageFile) => boolean) => files.filter(which).map(({ name }) => name);
      const isFile = ({ mode }: { mode: string }) => mode.startsWith('-');
      expect(named((file) => isFile(file) && /\/s?bin\//.test(file.name) && !file.name.startsWith('app/')).sort()).toEqual(['usr/local/bin/node', 'usr/local/bin/zas']);
      expect(named(({ name }) => /(^|\/)(ba|da|a|z)?sh$|busybox/.test(name))).toEqual([]);
      expect(named(({ name }) => /\.(map|[cm]?ts|tsbuildinfo)$|\.spec\.js$|plugin-testkit|\/tests?\/?$/.test(name))).toEqual([]);
      expect(named(({ mode }) => /s/i.test(mode.slice(1)))).toEqual([]);
      expect(named(({ owner }) => owner !== '0/0')).toEqual(['data/']);
      expect(named(({ mode }) => mode.startsWith('d') && mode[8] === 'w')).toEqual(['tmp/']);
    });
  });

  describe('as it is', () => {
    let container: Container;
    beforeAll(async () => {
      container = await Container.isolated(engine, image.name);
    });
    afterAll(() => container.remove());

    it('becomes healthy, as its own check finds', async () => {
      await container.untilHealthy();
      expect((await container.state()).Health.Status).toBe('healthy');
      await expect(container.exec('zas', 'health', '--url', 'http://127.0.0.1:9')).rejects.toThrow('does not answer');
      // 0.0.0.0:9000, as the kernel writes it.
      expect(await container.ofProcess('net/tcp')).toMatch(/00000000:2328 00000000:0000 0A/);
    });

    it('is nobody that matters', async () => {
      const status = await container.ofProcess('status');
      expect(status).toMatch(new RegExp(`^Uid:(\\t${USER}){4}$`, 'm'));
      expect(status).toMatch(new RegExp(`^Gid:(\\t${USER}){4}$`, 'm'));
      expect([...status.matchAll(/^Cap(?:Inh|Prm|Eff|Bnd|Amb):\t(\w+)$/gm)].map(([, set]) => set)).toEqual(Array<string>(5).fill('0'.repeat(16)));
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      await expect(container.exec('sh', '-c', 'true')).rejects.toThrow(/not found|no such file/);
    });

    it('writes to its data and nowhere else', async () => {
      const write = (file: string) => container.exec('node', '-e', `fs.writeFileSync(${JSON.stringify(file)}, 'x')`);
      for (const folder of ['/', '/app', '/tmp', '/plugins', '/etc']) await expect(write(path.posix.join(folder, 'written'))).rejects.toThrow('EROFS');
      await write('/data/written');
    });

    it('can load every package that it holds', async () => {
      const load = `
        import fs from 'node:fs';
        const inside = (folder, prefix) => fs.readdirSync(folder).flatMap((name) => (name.startsWith('@') ? inside(folder + '/' + name, name + '/') : [prefix + name]));
        const names = inside('node_modules', '');
        const failed = [];
        for (const name of names) await import(name).catch(() => failed.push(name));
        console.log(JSON.stringify({ count: names.length, failed }));
        process.exit();`;
      const said = await container.execIn('/app', 'node', '--input-type=module', '-e', load);
      const { count, failed } = JSON.parse(said.split('\n').at(-1)!) as { count: number; failed: string[] };
      expect(count).toBeGreaterThan(80);
      // One that consists of types, and the server itself, which has no module of that name.
      expect(failed).toEqual(['@tokenizer/token', '@zas/host']);
    });

    it('ends when it is told to', async () => {
      expect(await container.stop()).toBe(0);
    });
  });

  describe('serves', () => {
    it('both doors, and keeps what it stored', async () => {
      const data = await ownedFolder('data');
      const container = await Container.serving(engine, image.name, { volumes: [`${data}:/data`] });
      try {
        const client = new SignedClient(container.url);
        const bytes = crypto.randomBytes(3_000_000);
        expect((await client.put('/bucket')).status).toBe(200);
        expect((await client.put('/bucket/key', bytes)).status).toBe(200);
        expect((await client.get('/bucket/key')).body.equals(bytes)).toBe(true);
        expect((await client.sendRaw({ method: 'GET', path: '/docs' })).text).toContain('<html');
        const registry = `docker://${new URL(container.url).host}/zas/server:1`;
        const credentials = `${ROOT_KEYS.accessKeyId}:${ROOT_KEYS.secretAccessKey}`;
        await engine.run('skopeo', ['copy', '--quiet', '--dest-tls-verify=false', '--dest-creds', credentials, `oci:${image.layout}:exported`, registry]);

        expect(await container.stop()).toBe(0);
        expect(await container.logs()).toContain('"message":"stopping"');
        await container.start();
        expect((await client.get('/bucket/key')).body.equals(bytes)).toBe(true);
        client.close();
        const back = path.join(engine.folder, 'back');
        await engine.run('skopeo', ['copy', '--quiet', '--src-tls-verify=false', '--src-creds', credentials, registry, `oci:${back}:exported`]);
        expect(await readManifest(back)).toBe(await readManifest(image.layout));
      } finally {
        await container.remove();
      }
    });
  });

  describe('takes the plugin of a third party', () => {
    let room: PackingRoom;
    let tarballs: readonly string[];
    beforeAll(async () => {
      room = await PackingRoom.open();
      const { packed, tarballs: published } = await room.authorPlugin();
      tarballs = [packed, ...published];
    }, 120_000);
    afterAll(() => room.close());

    const useFrom = async (plugins: string, name: string) => {
      const data = await ownedFolder(name);
      const config = path.join(engine.folder, `${name}.yaml`);
      await fs.writeFile(config, stringify({ plugins: [{ use: PLUGIN }], limits: { inlineBytes: 0 } }));
      const volumes = [`${data}:/data`, `${plugins}:/plugins:ro`, `${config}:/etc/zas/zas.yaml:ro`];
      const serve = async () => {
        const container = await Container.serving(engine, image.name, { volumes, env: { ZAS_CONFIG: '/etc/zas/zas.yaml' } });
        let stopping: Promise<void> | undefined;
        return { url: container.url, stop: () => (stopping ??= container.stop().then(() => container.remove())) };
      };
      await storeInThirdParty(serve, path.join(data, 'plugins', PLUGIN, 'blobs.log'));
    };

    it('unpacked below /plugins, without anything that it depends on', async () => {
      const plugins = path.join(engine.folder, 'unpacked');
      await fs.mkdir(path.join(plugins, PLUGIN), { recursive: true });
      await promisify(execFile)('tar', ['-xzf', tarballs[0]!, '--strip-components=1', '-C', path.join(plugins, PLUGIN)]);
      await useFrom(plugins, 'with-unpacked');
    });

    it('installed there by npm, with copies of what it depends on', async () => {
      await useFrom(await room.emptyFolderWith('installed', tarballs), 'with-installed');
    });
  });
});

interface ImageFile {
  /** As `ls -l` writes it. */
  readonly mode: string;
  readonly owner: string;
  readonly name: string;
}

/** What the layers hold, folders and links too. */
async function filesOf({ layout }: BuiltImage): Promise<readonly ImageFile[]> {
  const { layers } = JSON.parse(await readManifest(layout)) as { layers: { digest: string }[] };
  const list = (digest: string) => promisify(execFile)('tar', ['--numeric-owner', '-tvzf', path.join(layout, 'blobs', ...digest.split(':'))], { maxBuffer: 2 ** 26 });
  const lists = await Promise.all(layers.map(({ digest }) => list(digest)));
  const lines = lists.flatMap(({ stdout }) => stdout.trim().split('\n'));
  return lines.map((line) => line.split(/\s+/)).map(([mode = '', owner = '', , , , name = '']) => ({ mode, owner, name }));
}

/** The manifest of the only image in a layout. */
async function readManifest(layout: string): Promise<string> {
  const { manifests } = JSON.parse(await fs.readFile(path.join(layout, 'index.json'), 'utf8')) as { manifests: { digest: string }[] };
  expect(manifests).toHaveLength(1);
  return fs.readFile(path.join(layout, 'blobs', ...manifests[0]!.digest.split(':')), 'utf8');
}
