import path from 'node:path';
import { expect } from '@jest/globals';
import type { OciWorld } from './oci-world.js';
import { USER, expectMounted, ociClientTest } from './oci-world.js';
import { MIB, findTool } from './tools.js';

async function story({ run, refused, counted, tags, layout, host, folder }: OciWorld): Promise<void> {
  const env = { REGISTRY_AUTH_FILE: path.join(folder, 'auth.json') };
  const skopeo = (...args: string[]) => run(args, { env });
  const login = (password: string) => ['login', '--tls-verify=false', '-u', USER.name, '-p', password, host];
  const at = (reference: string) => `docker://${host}/${reference}`;
  const local = (tag: string) => `oci:${layout.folder}:${tag}`;
  const push = (tag: string, to: string, ...more: string[]) => skopeo('copy', '--dest-tls-verify=false', ...more, local(tag), at(to));
  const pull = async (from: string, ...more: string[]) => {
    const back = path.join(folder, from.replace(/\W/g, '-'));
    await skopeo('copy', '--src-tls-verify=false', ...more, at(from), `oci:${back}:back`);
    return back;
  };
  const [small, large, other] = [await layout.addImage([1000, 50_000]), await layout.addImage([80 * MIB, 3000]), await layout.addImage([2000], 'arm64')];
  const index = await layout.addIndex([small, other]);
  await layout.tag('small', small.descriptor);
  await layout.tag('large', large.descriptor);
  await layout.tag('many', index);

  expect(await refused(login('wrong'), { env })).toMatch(/unauthorized|invalid username\/password/i);
  expect(await refused(['copy', '--dest-tls-verify=false', local('small'), at('team/app:1')], { env })).toMatch(/requested access to the resource is denied/);
  expect(await skopeo(...login(USER.password))).toMatch(/Login Succeeded/);

  await push('small', 'team/app:1');
  await push('large', 'team/app:large');
  await push('many', 'team/app:many', '--all');
  expect(JSON.parse(await skopeo('list-tags', '--tls-verify=false', at('team/app')))).toMatchObject({ Tags: ['1', 'large', 'many'] });
  expect(JSON.parse(await skopeo('inspect', '--tls-verify=false', at('team/app:1')))).toMatchObject({ Digest: small.descriptor.digest });
  await layout.sameIn(await pull('team/app:1'), small.descriptor);
  await layout.sameIn(await pull('team/app:large'), large.descriptor);
  await layout.sameIn(await pull('team/app:many', '--all'), index);

  const copied = await counted(() => skopeo('copy', '--src-tls-verify=false', '--dest-tls-verify=false', at('team/app:large'), at('public/copied:1')));
  expectMounted(copied, 2);
  await skopeo('copy', '--format', 'v2s2', '--dest-tls-verify=false', local('small'), at('team/docker:2'));
  const converted = JSON.parse(await skopeo('inspect', '--raw', '--tls-verify=false', at('team/docker:2'))) as { mediaType: string };
  expect(converted.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');

  await skopeo('logout', host);
  expect(await refused(['inspect', '--tls-verify=false', at('team/app:1')], { env })).toMatch(/requested access to the resource is denied/);
  await layout.sameIn(await pull('public/copied:1'), large.descriptor);
  expect(await refused(['copy', '--dest-tls-verify=false', local('small'), at('public/app:1')], { env })).toMatch(/requested access to the resource is denied/);

  await skopeo(...login(USER.password));
  // By a tag too it deletes the manifest, which an index holds here.
  expect(await refused(['delete', '--tls-verify=false', at('team/app:1')], { env })).toMatch(/part of an index/);
  await skopeo('delete', '--tls-verify=false', at('team/app:many'));
  await skopeo('delete', '--tls-verify=false', at('team/app:1'));
  expect(await tags('team/app')).toEqual(['large']);
  expect(await refused(['inspect', '--tls-verify=false', at('team/app:1')], { env })).toMatch(/manifest unknown/);
  await push('small', 'team/app:1');
  await layout.sameIn(await pull('team/app:1'), small.descriptor);
}

ociClientTest(findTool('skopeo', '/usr/bin/skopeo'), 'skopeo, Debian’s', story);
