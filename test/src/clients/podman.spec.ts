import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { containersSettings } from './containers-settings.js';
import type { BuiltImage } from './oci-layout.js';
import type { OciWorld } from './oci-world.js';
import { USER, expectMounted, ociClientTest } from './oci-world.js';
import { MIB, findTool } from './tools.js';

async function story({ run, refused, counted, tags, layout, host, folder }: OciWorld): Promise<void> {
  const env = await containersSettings(folder);
  const podman = async (...args: string[]) => (await run(args, { env })).trim();
  const plain = '--tls-verify=false';
  const login = (password: string) => ['login', plain, '-u', USER.name, '-p', password, host];
  const forget = () => podman('rmi', '--all', '--force');
  const sameFiles = async (reference: string, { files }: BuiltImage) => {
    const mounted = await podman('image', 'mount', reference);
    try {
      for (const { name, bytes } of files) expect((await fs.readFile(path.join(mounted, name))).equals(bytes)).toBe(true);
    } finally {
      await podman('image', 'unmount', reference);
    }
  };
  const pull = async (repository: string, image: BuiltImage, ...more: string[]) => {
    await forget();
    const id = await podman('pull', '--quiet', plain, ...more, `${host}/${repository}`);
    expect(`sha256:${id}`).toBe(image.config.digest);
    await sameFiles(id, image);
  };
  const [image, other] = [await layout.addImage([80 * MIB, 3000]), await layout.addImage([2000, 1000], 'arm64')];
  await layout.tag('image', image.descriptor);
  await layout.tag('other', other.descriptor);
  const load = async (tag: string, as: string) => podman('tag', await podman('pull', '--quiet', `oci:layout:${tag}`), `${host}/${as}`);

  await load('image', 'team/app:1');
  expect(await refused(login('wrong'), { env })).toMatch(/invalid username\/password/);
  expect(await refused(['push', plain, `${host}/team/app:1`], { env })).toMatch(/requested access to the resource is denied/);
  expect(await podman(...login(USER.password))).toMatch(/Login Succeeded/);
  await podman('push', '--quiet', plain, `${host}/team/app:1`);
  await podman('tag', `${host}/team/app:1`, `${host}/team/app:2`, `${host}/public/copied:1`);
  await podman('push', '--quiet', plain, `${host}/team/app:2`);
  expectMounted(await counted(() => podman('push', '--quiet', plain, `${host}/public/copied:1`)), 2);
  expect(JSON.parse(await podman('search', plain, '--list-tags', '--format', 'json', `${host}/team/app`))).toMatchObject([{ Tags: ['1', '2'] }]);
  // It looks through the catalog.
  expect((await podman('search', plain, '--format', '{{.Name}}', `${host}/team`)).split('\n')).toEqual([`${host}/team/app`]);
  await pull('team/app:1', image);

  await load('image', 'team/app:3');
  await load('other', 'team/app:arm');
  await podman('manifest', 'create', 'many');
  for (const one of ['3', 'arm']) await podman('manifest', 'add', 'many', `containers-storage:${host}/team/app:${one}`);
  await podman('manifest', 'push', '--quiet', plain, '--all', 'many', `docker://${host}/team/app:many`);
  await pull('team/app:many', other, '--arch', 'arm64');
  await pull('team/app:many', image, '--arch', 'amd64');

  // Pushed again, and in Docker's format.
  await load('image', 'team/app:1');
  await podman('push', '--quiet', plain, `${host}/team/app:1`);
  await podman('push', '--quiet', plain, '--format', 'v2s2', `${host}/team/app:1`, `docker://${host}/team/app:docker`);
  expect(await tags('team/app')).toEqual(['1', '2', 'docker', 'many']);
  await forget();
  await sameFiles(await podman('pull', '--quiet', plain, `${host}/team/app:docker`), image);

  await podman('logout', host);
  expect(await refused(['pull', plain, `${host}/team/app:1`], { env })).toMatch(/requested access to the resource is denied/);
  await pull('public/copied:1', image);
  await forget();
}

ociClientTest(findTool('podman', '/usr/bin/podman'), 'podman, Debian’s', story);
