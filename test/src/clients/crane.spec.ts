import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { OciLayout } from './oci-layout.js';
import type { OciWorld } from './oci-world.js';
import { USER, expectMounted, ociClientTest } from './oci-world.js';
import { MIB, findTool } from './tools.js';

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

async function story({ run, refused, counted, tags, host, folder }: OciWorld): Promise<void> {
  const env = { DOCKER_CONFIG: path.join(folder, 'docker-config') };
  const crane = async (...args: string[]) => (await run(args, { env })).trim();
  const fails = (...args: string[]) => refused(args, { env });
  const app = `${host}/team/app`;
  const pull = async (reference: string) => {
    const back = await fs.mkdtemp(path.join(folder, 'back-'));
    await crane('pull', '--format', 'oci', reference, back);
    return back;
  };
  // It pushes all that a layout holds.
  const [one, many] = [await OciLayout.create(path.join(folder, 'one')), await OciLayout.create(path.join(folder, 'many'))];
  const image = await one.addImage([80 * MIB, 3000]);
  await one.tag('1', image.descriptor);
  const [first, second] = [await many.addImage([2000]), await many.addImage([1000], 'arm64')];
  const index = await many.addIndex([first, second]);
  await many.tag('many', index);

  expect(await fails('push', one.folder, `${app}:1`)).toMatch(/401 Unauthorized/);
  await crane('auth', 'login', host, '-u', USER.name, '-p', 'wrong');
  expect(await fails('push', one.folder, `${app}:1`)).toMatch(/token.*UNAUTHORIZED/);
  await crane('auth', 'login', host, '-u', USER.name, '-p', USER.password);
  expect(await crane('push', one.folder, `${app}:1`)).toBe(`${app}@${image.descriptor.digest}`);
  expect(await crane('push', many.folder, `${app}:many`)).toBe(`${app}@${index.digest}`);
  await crane('tag', `${app}:1`, 'two');
  expect(lines(await crane('ls', app))).toEqual(['1', 'many', 'two']);
  expect(lines(await crane('catalog', host))).toEqual(['team/app']);
  expect(await crane('digest', `${app}:1`)).toBe(image.descriptor.digest);
  expect(JSON.parse(await crane('config', '--platform', 'linux/arm64', `${app}:many`))).toMatchObject({ architecture: 'arm64' });
  await crane('validate', '--remote', `${app}:1`);
  await one.sameIn(await pull(`${app}:1`), image.descriptor);
  await many.sameIn(await pull(`${app}:many`), index);

  // Its old archive format, and layers put on top of what is there.
  await crane('pull', `${app}:1`, path.join(folder, 'archive.tar'));
  await crane('push', path.join(folder, 'archive.tar'), `${app}:docker`);
  expect(JSON.parse(await crane('manifest', `${app}:docker`))).toMatchObject({ mediaType: 'application/vnd.docker.distribution.manifest.v2+json' });
  await crane('mutate', `${app}:1`, '--label', 'by=test', '--tag', `${app}:labelled`);
  expect(JSON.parse(await crane('config', `${app}:labelled`))).toMatchObject({ config: { Labels: { by: 'test' } } });
  await crane('index', 'append', '-m', `${app}:1`, '-m', `${app}:docker`, '-t', `${app}:both`);
  expect((JSON.parse(await crane('manifest', `${app}:both`)) as { manifests: unknown[] }).manifests).toHaveLength(2);

  expectMounted(await counted(() => crane('copy', `${app}:1`, `${host}/public/copied:1`)), 3);
  expect(await tags('team/app')).toEqual(['1', 'both', 'docker', 'labelled', 'many', 'two']);
  await crane('copy', '--all-tags', app, `${host}/public/all`);
  expect(await tags('public/all')).toEqual(await tags('team/app'));

  // By a tag it deletes the tag, by a digest the manifest.
  await crane('delete', `${app}:two`);
  expect(await crane('digest', `${app}:1`)).toBe(image.descriptor.digest);
  expect(await fails('delete', `${app}@${image.descriptor.digest}`)).toMatch(/part of an index/);
  for (const tag of ['both', '1']) await crane('delete', `${app}@${await crane('digest', `${app}:${tag}`)}`);
  expect(await fails('digest', `${app}:1`)).toMatch(/MANIFEST_UNKNOWN/);
  expect(lines(await crane('ls', app))).toEqual(['docker', 'labelled', 'many']);

  await crane('auth', 'logout', host);
  expect(lines(await crane('catalog', host))).toEqual(['public/all', 'public/copied']);
  await one.sameIn(await pull(`${host}/public/copied:1`), image.descriptor);
  expect(await fails('ls', app)).toMatch(/UNAUTHORIZED/);
  expect(await fails('push', one.folder, `${host}/public/copied:2`)).toMatch(/401 Unauthorized|UNAUTHORIZED/);
}

ociClientTest(findTool('crane', 'bin/crane', ['version']), 'crane', story);
