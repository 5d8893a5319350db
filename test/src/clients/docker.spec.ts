import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { whyNoDaemon, withDaemon } from './daemon.js';
import { tarOf } from './oci-layout.js';
import type { OciWorld } from './oci-world.js';
import { USER, expectMounted, ociClientTest } from './oci-world.js';
import { MIB, findTool, sameFile, unless } from './tools.js';

const DAEMON = '/usr/sbin/dockerd';

async function story(world: OciWorld): Promise<void> {
  const { run, folder } = world;
  const socket = `unix://${folder}/docker.sock`;
  const docker = ['--host', socket, '--config', path.join(folder, 'docker-config')];
  const own = { 'data-root': 'docker/data', 'exec-root': 'docker/exec', pidfile: 'docker.pid' };
  const nothingOfTheMachine = ['--storage-driver=vfs', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--bridge=none'];
  const args = [`--host=${socket}`, ...Object.entries(own).map(([flag, name]) => `--${flag}=${path.join(folder, name)}`), ...nothingOfTheMachine];
  await withDaemon({ command: DAEMON, args, answers: () => run([...docker, 'info']) }, () => withClient(world, docker));
}

async function withClient({ run, refused, counted, ask, tags, file, host, folder }: OciWorld, options: readonly string[]): Promise<void> {
  const docker = async (...args: string[]) => (await run([...options, ...args], { env: { DOCKER_BUILDKIT: '0' } })).trim();
  const fails = (...args: string[]) => refused([...options, ...args]);
  const forget = async () => docker('rmi', '--force', ...new Set((await docker('images', '--quiet')).split('\n')));
  const idOf = (reference: string) => docker('inspect', '--format', '{{.Id}}', reference);
  const login = (password: string) => ['login', '-u', USER.name, '-p', password, host];
  const [base, added] = [await file('base', 80 * MIB), await file('added', 3000)];
  const app = `${host}/team/app`;
  const context = path.join(folder, 'context');

  await fs.writeFile(path.join(folder, 'base.tar'), tarOf('base', await fs.readFile(base)));
  await docker('import', path.join(folder, 'base.tar'), 'base');
  await fs.mkdir(context);
  await fs.copyFile(added, path.join(context, 'added'));
  await fs.writeFile(path.join(context, 'Dockerfile'), 'FROM base\nCOPY added /added\nCMD ["/none"]\n');
  await docker('build', '--quiet', '--tag', `${app}:1`, context);
  const id = await idOf(`${app}:1`);

  expect(await fails(...login('wrong'))).toMatch(/unauthorized/);
  expect(await fails('push', `${app}:1`)).toMatch(/requested access to the resource is denied/);
  expect(await docker(...login(USER.password))).toMatch(/Login Succeeded/);
  await docker('push', '--quiet', `${app}:1`);
  await docker('tag', `${app}:1`, `${app}:2`);
  await docker('tag', `${app}:1`, `${host}/public/copied:1`);
  await docker('push', '--quiet', '--all-tags', app);
  expectMounted(await counted(() => docker('push', '--quiet', `${host}/public/copied:1`)), 2);
  expect((await ask('/v2/team/app/manifests/1')).headers.get('content-type')).toBe('application/vnd.docker.distribution.manifest.v2+json');

  await docker('manifest', 'create', '--insecure', `${app}:many`, `${app}:1`);
  await docker('manifest', 'annotate', `${app}:many`, `${app}:1`, '--os', 'linux', '--arch', 'amd64');
  await docker('manifest', 'push', '--insecure', `${app}:many`);
  expect((await ask('/v2/team/app/manifests/many')).headers.get('content-type')).toBe('application/vnd.docker.distribution.manifest.list.v2+json');
  expect(await tags('team/app')).toEqual(['1', '2', 'many']);

  // It lists the tags and pulls each.
  await forget();
  await docker('pull', '--quiet', '--all-tags', app);
  for (const tag of ['1', '2', 'many']) expect(await idOf(`${app}:${tag}`)).toBe(id);
  const container = await docker('create', '--network', 'none', `${app}:many`);
  for (const [name, source] of [['base', base], ['added', added]] as const) {
    await docker('cp', `${container}:/${name}`, path.join(folder, `${name}.back`));
    await sameFile(source, path.join(folder, `${name}.back`));
  }
  await docker('rm', container);

  // BuildKit gets its tokens by itself.
  await forget();
  await fs.writeFile(path.join(context, 'Dockerfile'), `FROM ${app}:many\nCOPY added /again\n`);
  const build = ['build', '--quiet', '--pull', '--tag', `${app}:built`, context];
  await run([...options, ...build], { env: { DOCKER_BUILDKIT: '1' } });
  await docker('push', '--quiet', `${app}:built`);
  expect(await tags('team/app')).toEqual(['1', '2', 'built', 'many']);

  await docker('logout', host);
  await forget();
  expect(await fails('pull', `${app}:1`)).toMatch(/pull access denied/);
  await docker('pull', '--quiet', `${host}/public/copied:1`);
  expect(await idOf(`${host}/public/copied:1`)).toBe(id);
}

ociClientTest(unless(whyNoDaemon(), findTool('dockerd', DAEMON) && findTool('docker', '/usr/bin/docker')), 'docker, Debian’s', story);
