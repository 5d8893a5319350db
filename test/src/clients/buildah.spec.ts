import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { containersSettings } from './containers-settings.js';
import type { OciWorld } from './oci-world.js';
import { USER, ociClientTest } from './oci-world.js';
import { MIB, findTool, sameFile } from './tools.js';

async function story({ run, refused, ask, tags, file, host, folder }: OciWorld): Promise<void> {
  const env = await containersSettings(folder);
  const buildah = async (...args: string[]) => (await run(args, { env })).trim();
  const plain = '--tls-verify=false';
  const creds = ['--creds', `${USER.name}:${USER.password}`];
  const at = (reference: string) => `docker://${host}/${reference}`;
  const [base, added] = [await file('base', 20 * MIB), await file('added', 3000)];
  const context = path.join(folder, 'context');
  await fs.mkdir(context);
  await fs.copyFile(added, path.join(context, 'added'));
  await fs.writeFile(path.join(context, 'Dockerfile'), `FROM ${host}/team/base:1\nCOPY added /added\nLABEL by=test\n`);
  const build = ['bud', '--quiet', '--isolation=chroot', '--network=host', plain, '--layers'];

  // An image from nothing, pushed with credentials on the command line.
  const container = await buildah('from', 'scratch');
  await buildah('copy', '--quiet', container, base, '/base');
  await buildah('commit', '--quiet', container, 'base');
  expect(await refused(['push', plain, 'base', at('team/base:1')], { env })).toMatch(/requested access to the resource is denied/);
  await buildah('push', '--quiet', plain, ...creds, 'base', at('team/base:1'));
  await buildah('rm', container);
  await buildah('rmi', '--all', '--force');

  // A build pulls it, with the credentials that a login left, and what it makes is pushed in either format.
  expect(await refused([...build, '--tag', 'app', context], { env })).toMatch(/requested access to the resource is denied/);
  expect(await buildah('login', plain, '-u', USER.name, '-p', USER.password, host)).toMatch(/Login Succeeded/);
  await buildah(...build, '--tag', 'app', context);
  await buildah('push', '--quiet', plain, 'app', at('team/app:1'));
  await buildah('push', '--quiet', plain, '--format', 'v2s2', 'app', at('team/app:docker'));
  expect(await tags('team/app')).toEqual(['1', 'docker']);
  const type = async (tag: string) => (await ask(`/v2/team/app/manifests/${tag}`)).headers.get('content-type');
  expect(await type('1')).toBe('application/vnd.oci.image.manifest.v1+json');
  expect(await type('docker')).toBe('application/vnd.docker.distribution.manifest.v2+json');

  for (const tag of ['1', 'docker']) {
    await buildah('rmi', '--all', '--force');
    const pulled = await buildah('from', '--quiet', plain, at(`team/app:${tag}`));
    const root = await buildah('mount', pulled);
    await sameFile(base, path.join(root, 'base'));
    await sameFile(added, path.join(root, 'added'));
    await buildah('umount', pulled);
    await buildah('rm', pulled);
  }
  await buildah('rmi', '--all', '--force');
}

ociClientTest(findTool('buildah', '/usr/bin/buildah'), 'buildah, Debian’s', story);
