import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { OciWorld } from './oci-world.js';
import { USER, expectMounted, ociClientTest } from './oci-world.js';
import { MIB, findTool, sameFile } from './tools.js';

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

async function story({ run, refused, counted, requests, tags, file, layout, host, folder }: OciWorld): Promise<void> {
  const env = { DOCKER_CONFIG: path.join(folder, 'docker-config') };
  const regctl = async (...args: string[]) => (await run(args, { env })).trim();
  const fails = (...args: string[]) => refused(args, { env });
  const login = (password: string) => ['registry', 'login', '-u', USER.name, '-p', password, host];
  const app = `${host}/team/app`;
  const local = (tag: string) => `ocidir://${layout.folder}:${tag}`;
  const pull = async (reference: string, ...more: string[]) => {
    const back = await fs.mkdtemp(path.join(folder, 'back-'));
    await regctl('image', 'copy', ...more, reference, `ocidir://${back}:back`);
    return back;
  };
  const patches = async () => (await requests()).filter(({ operation }) => operation === 'oci:AppendToBlobUpload').length;
  const [image, second, chunked] = [await layout.addImage([40 * MIB, 3000]), await layout.addImage([2000], 'arm64'), await layout.addImage([40 * MIB])];
  const index = await layout.addIndex([image, second]);
  await layout.tag('1', image.descriptor);
  await layout.tag('many', index);
  await layout.tag('chunked', chunked.descriptor);
  const [sbom, signature] = [await file('sbom.json', 500), await file('signature', 100)];

  await regctl('registry', 'set', '--tls', 'disabled', host);
  expect(await fails(...login('wrong'))).toMatch(/unauthorized/);
  expect(await fails('image', 'copy', local('1'), `${app}:1`)).toMatch(/unauthorized/);
  await regctl(...login(USER.password));
  await regctl('image', 'copy', local('1'), `${app}:1`);
  await regctl('image', 'copy', local('many'), `${app}:many`);
  expect(lines(await regctl('tag', 'ls', app))).toEqual(['1', 'many']);
  expect(await regctl('image', 'digest', `${app}:many`)).toBe(index.digest);
  await layout.sameIn(await pull(`${app}:1`), image.descriptor);
  await layout.sameIn(await pull(`${app}:many`), index);

  // In many chunks.
  await regctl('registry', 'set', '--blob-chunk', String(4 * MIB), '--blob-max', String(MIB), host);
  const before = await patches();
  await regctl('image', 'copy', local('chunked'), `${host}/chunked/app:1`);
  expect((await patches()) - before).toBeGreaterThanOrEqual(10);
  await layout.sameIn(await pull(`${host}/chunked/app:1`), chunked.descriptor);

  // Artifacts and what refers to them.
  await regctl('artifact', 'put', '--artifact-type', 'application/vnd.test.sbom', '--subject', `${app}:1`, '-f', 'sbom.json', '--file-title', '--file-media-type', 'application/json');
  await regctl('artifact', 'put', '--artifact-type', 'application/vnd.test.signature', '--subject', `${app}:1`, '-f', signature, '--annotation', 'by=test');
  await regctl('artifact', 'put', '--artifact-type', 'application/vnd.test.file', '-f', signature, `${host}/team/art:1`);
  const types = '{{range .Descriptors}}{{println .ArtifactType}}{{end}}';
  const listed = async (reference: string, ...more: string[]) => lines(await regctl('artifact', 'list', '--format', types, ...more, reference)).sort();
  expect(await listed(`${app}:1`)).toEqual(['application/vnd.test.sbom', 'application/vnd.test.signature']);
  expect(await listed(`${app}:1`, '--filter-artifact-type', 'application/vnd.test.sbom')).toEqual(['application/vnd.test.sbom']);
  expect(await listed(`${app}:1`, '--filter-annotation', 'by=test')).toEqual(['application/vnd.test.signature']);
  expect(await regctl('artifact', 'tree', `${app}:many`)).toMatch(/application\/vnd\.test\.sbom/);
  const got = await fs.mkdtemp(path.join(folder, 'got-'));
  await regctl('artifact', 'get', '--subject', `${app}:1`, '--filter-artifact-type', 'application/vnd.test.sbom', '-o', got);
  await sameFile(sbom, path.join(got, 'sbom.json'));
  expectMounted(await counted(() => regctl('image', 'copy', '--referrers', `${app}:1`, `${host}/public/copied:1`)), 3);
  expect(await listed(`${host}/public/copied:1`)).toEqual(['application/vnd.test.sbom', 'application/vnd.test.signature']);

  // The same image under digests of another algorithm.
  await regctl('image', 'mod', '--digest-algo', 'sha512', '--create', `${app}:long`, `${app}:1`);
  const long = await regctl('image', 'digest', `${app}:long`);
  expect(long).toMatch(/^sha512:[0-9a-f]{128}$/);
  const back = await pull(`${app}:long`);
  const manifest = JSON.parse(await fs.readFile(path.join(back, 'blobs', ...long.split(':')), 'utf8')) as { layers: { digest: string }[] };
  for (const [i, { digest }] of manifest.layers.entries()) await sameFile(layout.blob(image.layers[i]!), path.join(back, 'blobs', ...digest.split(':')));

  expect(lines(await regctl('repo', 'ls', host))).toEqual(['chunked/app', 'public/copied', 'team/app', 'team/art']);
  await regctl('tag', 'rm', `${app}:long`);
  expect(await tags('team/app')).toEqual(['1', 'many']);
  expect(await fails('manifest', 'rm', `${app}@${image.descriptor.digest}`)).toMatch(/part of an index/);
  await regctl('manifest', 'rm', `${app}@${index.digest}`);
  await regctl('manifest', 'rm', '--referrers', `${app}@${image.descriptor.digest}`);
  expect(await fails('manifest', 'head', `${app}:1`)).toMatch(/not found/);
  expect(await tags('team/app')).toEqual([]);

  await regctl('registry', 'logout', host);
  await layout.sameIn(await pull(`${host}/public/copied:1`, '--referrers'), image.descriptor);
  expect(lines(await regctl('repo', 'ls', host))).toEqual(['public/copied']);
  expect(await fails('tag', 'ls', `${host}/team/art`)).toMatch(/unauthorized/);
}

ociClientTest(findTool('regctl', 'bin/regctl', ['version', '--format', '{{.VCSTag}}']), 'regctl', story);
