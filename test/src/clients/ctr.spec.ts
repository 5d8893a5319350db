import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { expect } from '@jest/globals';
import { whyNoDaemon, withDaemon } from './daemon.js';
import type { Descriptor } from './oci-layout.js';
import type { OciWorld } from './oci-world.js';
import { USER, expectMounted, ociClientTest } from './oci-world.js';
import { MIB, findTool, unless } from './tools.js';

const DAEMON = '/usr/bin/containerd';

async function story(world: OciWorld): Promise<void> {
  const { run, folder } = world;
  const at = (name: string) => JSON.stringify(path.join(folder, name));
  const settings = path.join(folder, 'containerd.toml');
  await fs.writeFile(
    settings,
    `version = 2
root = ${at('root')}
state = ${at('state')}
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = ${at('containerd.sock')}
[ttrpc]
address = ${at('containerd.ttrpc')}
`,
  );
  const ctr = ['--address', path.join(folder, 'containerd.sock')];
  const daemon = { command: DAEMON, args: ['--config', settings], answers: () => run([...ctr, 'images', 'ls']) };
  await withDaemon(daemon, () => withClient(world, ctr));
}

async function withClient({ run, refused, counted, requests, tags, layout, host, folder }: OciWorld, options: readonly string[]): Promise<void> {
  const ctr = (...args: string[]) => run([...options, ...args]);
  const user = ['--user', `${USER.name}:${USER.password}`];
  const tar = (...args: string[]) => promisify(execFile)('/usr/bin/tar', args);
  const push = (reference: string, ...more: string[]) => ctr('images', 'push', '--plain-http', ...more, `${host}/${reference}`);
  const names = async () => (await ctr('images', 'ls', '--quiet')).split('\n').filter((name) => name !== '');
  const downloads = async () => (await requests()).filter(({ operation, method }) => operation === 'oci:GetBlob' && method === 'GET').length;
  const forget = async () => ctr('images', 'rm', '--sync', ...(await names()));
  const pull = async (reference: string, expected: Descriptor, ...more: string[]) => {
    await forget();
    const before = await downloads();
    await ctr('images', 'pull', '--plain-http', '--snapshotter', 'native', ...more, `${host}/${reference}`);
    expect(await downloads()).toBeGreaterThan(before);
    const back = await fs.mkdtemp(path.join(folder, 'back-'));
    await ctr('images', 'export', '--all-platforms', path.join(back, 'exported.tar'), `${host}/${reference}`);
    await tar('-C', back, '-xf', path.join(back, 'exported.tar'));
    await layout.sameIn(back, expected);
  };
  const [image, other] = [await layout.addImage([80 * MIB, 3000]), await layout.addImage([2000], 'arm64')];
  const index = await layout.addIndex([image, other]);
  await layout.tag('1', image.descriptor);
  await layout.tag('many', index);
  await tar('-C', layout.folder, '-cf', path.join(folder, 'layout.tar'), '.');
  await ctr('images', 'import', '--no-unpack', '--all-platforms', '--base-name', `${host}/team/app`, path.join(folder, 'layout.tar'));
  expect(await names()).toEqual([`${host}/team/app:1`, `${host}/team/app:many`]);

  expect(await refused([...options, 'images', 'push', '--plain-http', `${host}/team/app:1`])).toMatch(/insufficient_scope/);
  expect(await refused([...options, 'images', 'push', '--plain-http', '--user', `${USER.name}:wrong`, `${host}/team/app:1`])).toMatch(/401|unauthorized/i);
  await push('team/app:1', ...user);
  await push('team/app:many', ...user);
  expect(await tags('team/app')).toEqual(['1', 'many']);
  await pull('team/app:1', image.descriptor, ...user);
  await pull('team/app:many', index, '--all-platforms', ...user);

  await ctr('images', 'tag', `${host}/team/app:many`, `${host}/public/copied:1`);
  expectMounted(await counted(() => push('public/copied:1', ...user)), 3);

  expect(await refused([...options, 'images', 'pull', '--plain-http', `${host}/team/app:1`])).toMatch(/insufficient_scope/);
  await pull('public/copied:1', index, '--all-platforms');
}

ociClientTest(unless(whyNoDaemon(), findTool('containerd', DAEMON) && findTool('ctr', '/usr/bin/ctr')), 'ctr of containerd, Debian’s', story);
