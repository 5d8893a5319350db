import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { SignedClient } from '../harness/signed-client.js';
import { digestOf } from './oci-layout.js';
import type { OciWorld } from './oci-world.js';
import { USER, VIEWED_BUCKET, expectMounted, ociClientTest } from './oci-world.js';
import { MIB, findTool, sameFile } from './tools.js';

interface Node {
  readonly digest: string;
  readonly artifactType: string;
  readonly referrers?: readonly Node[];
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

function client({ run, refused, folder }: OciWorld) {
  const env = { DOCKER_CONFIG: path.join(folder, 'docker-config') };
  const command = (words: string, args: readonly string[]) => [...words.split(' '), '--plain-http', ...args];
  return {
    oras: (words: string, ...args: string[]) => run(command(words, args), { env }),
    fails: (words: string, ...args: string[]) => refused(command(words, args), { env }),
    /** Commands that have other flags. */
    bare: (...args: string[]) => run(args, { env }),
  };
}

async function artifacts(world: OciWorld): Promise<void> {
  const { counted, tags, file, layout, host, folder } = world;
  const { oras, fails, bare } = client(world);
  const copy = (...args: string[]) => bare('copy', ...args);
  const [small, large, sbom, signature] = [await file('small', 1234), await file('large', 80 * MIB), await file('sbom.json', 500), await file('signature', 100)];
  const login = (password: string) => ['-u', USER.name, '-p', password, host];
  const tree = async (reference: string) => JSON.parse(await oras('discover', '--format', 'json', reference)) as Node;
  const types = async (reference: string, type: string) => lines(await oras('discover', '--format', 'go-template={{range .referrers}}{{println .artifactType}}{{end}}', '--artifact-type', type, reference));
  const pulled = async (reference: string, ...sources: string[]) => {
    const back = await fs.mkdtemp(path.join(folder, 'back-'));
    await oras('pull', '--output', back, reference);
    expect((await fs.readdir(back)).sort()).toEqual(sources.map((source) => path.basename(source)).sort());
    for (const source of sources) await sameFile(source, path.join(back, path.basename(source)));
  };
  const art = `${host}/team/art`;
  const parts = ['small:text/plain', 'large'];

  expect(await fails('login', ...login('wrong'))).toMatch(/unauthorized/);
  expect(await fails('push', `${art}:1`, ...parts)).toMatch(/401: Unauthorized/);
  expect(await oras('login', ...login(USER.password))).toMatch(/Login Succeeded/);
  await oras('push', `${art}:1,one`, '--artifact-type', 'application/vnd.test.tree', ...parts);
  await oras('tag', `${art}:1`, 'latest');
  await oras('push', `${host}/public/other:1`, '--artifact-type', 'application/vnd.test.tree', 'small:text/plain');
  expect(lines(await oras('repo tags', art))).toEqual(['1', 'latest', 'one']);
  // It sends what the login left only when it is asked for it.
  expect(lines(await oras('repo ls', host))).toEqual(['public/other', 'team/art']);
  await pulled(`${art}:1`, small, large);

  const digest = (await oras('resolve', `${art}:1`)).trim();
  expect(digestOf(Buffer.from(await oras('manifest fetch', `${art}:1`)))).toBe(digest);
  await oras('attach', `${art}:1`, '--artifact-type', 'application/vnd.test.sbom', 'sbom.json:application/json');
  await oras('attach', `${art}:1`, '--artifact-type', 'application/vnd.test.other', 'small');
  const sboms = (await tree(`${art}:1`)).referrers!.filter(({ artifactType }) => artifactType === 'application/vnd.test.sbom');
  await oras('attach', `${art}@${sboms[0]!.digest}`, '--artifact-type', 'application/vnd.test.signature', 'signature');
  expect(await types(`${art}:1`, 'application/vnd.test.sbom')).toEqual(['application/vnd.test.sbom']);
  expect(await types(`${art}:1`, 'application/vnd.test.none')).toEqual([]);
  await pulled(`${art}@${sboms[0]!.digest}`, sbom);

  // The whole tree to another repository, to a layout and back.
  expectMounted(await counted(() => copy('--recursive', '--from-plain-http', '--to-plain-http', `${art}:1`, `${host}/public/art:1`)), 4);
  const copied = await tree(`${host}/public/art:1`);
  expect(copied.digest).toBe(digest);
  expect(copied.referrers!.map(({ artifactType }) => artifactType).sort()).toEqual(['application/vnd.test.other', 'application/vnd.test.sbom']);
  expect(copied.referrers!.flatMap(({ referrers = [] }) => referrers.map(({ artifactType }) => artifactType))).toEqual(['application/vnd.test.signature']);
  await copy('--recursive', '--from-plain-http', '--to-oci-layout', `${art}:1`, `${folder}/copied:1`);
  await copy('--recursive', '--from-oci-layout', '--to-plain-http', `${folder}/copied:1`, `${host}/team/back:1`);
  expect((await tree(`${host}/team/back:1`)).referrers).toHaveLength(2);

  const [image, other] = [await layout.addImage([3000]), await layout.addImage([2000], 'arm64')];
  const index = await layout.addIndex([image, other]);
  await layout.tag('many', index);
  await copy('--from-oci-layout', '--to-plain-http', `${layout.folder}:many`, `${host}/team/app:many`);
  await copy('--from-plain-http', '--to-oci-layout', `${host}/team/app:many`, `${folder}/app:many`);
  await layout.sameIn(`${folder}/app`, index);

  expect((await oras('blob push', art, signature)).trim()).toMatch(digestOf(await fs.readFile(signature)));
  await oras('blob fetch', '--output', path.join(folder, 'signature.back'), `${art}@${digestOf(await fs.readFile(signature))}`);
  await sameFile(signature, path.join(folder, 'signature.back'));
  await oras('manifest delete', '--force', `${host}/team/back:1`);
  expect(await tags('team/back')).toEqual([]);
  expect(await fails('pull', `${host}/team/back:1`)).toMatch(/not found/);
  expect(await tags('team/art')).toEqual(['1', 'latest', 'one']);

  await bare('logout', host);
  expect(lines(await oras('repo ls', host))).toEqual(['public/art', 'public/other']);
  await pulled(`${host}/public/art:1`, small, large);
  expect(await fails('pull', `${art}:1`)).toMatch(/unauthorized: authentication required/);
  expect(await fails('push', `${host}/public/art:2`, 'small')).toMatch(/401: Unauthorized|unauthorized: authentication required/);
}

/** An object that came through S3, pulled as an artifact. */
async function objects(world: OciWorld): Promise<void> {
  const { file, host, folder, url } = world;
  const { oras, fails } = client(world);
  const { bucket, repository } = VIEWED_BUCKET;
  const s3 = new SignedClient(url);
  try {
    const [small, large] = [await file('small', 1234), await file('large.bin', 20 * MIB)];
    expect((await s3.put(`/${bucket}`)).status).toBe(200);
    expect((await s3.put(`/${bucket}/folder/small`, await fs.readFile(small))).status).toBe(200);
    expect((await s3.put(`/${bucket}/large.bin`, await fs.readFile(large))).status).toBe(200);
    const at = `${host}/${repository}`;
    await oras('login', '-u', USER.name, '-p', USER.password, host);
    expect(lines(await oras('repo tags', at))).toEqual(['folder_2fsmall', 'large.bin']);
    const digest = await oras('resolve', `${at}:large.bin`);
    for (const [tag, source] of [['folder_2fsmall', small], ['large.bin', large]] as const) {
      await oras('pull', '--output', path.join(folder, 'back'), `${at}:${tag}`);
      await sameFile(source, path.join(folder, 'back', path.basename(source)));
    }
    expect(await oras('resolve', `${at}:large.bin`)).toBe(digest);
    expect(await fails('push', `${at}:new`, 'small')).toMatch(/denied: requested access to the resource is denied/);
    expect((await s3.delete(`/${bucket}/large.bin`)).status).toBe(204);
    expect(await fails('pull', `${at}:large.bin`)).toMatch(/not found/);
    expect(lines(await oras('repo tags', at))).toEqual(['folder_2fsmall']);
  } finally {
    s3.close();
  }
}

const tool = findTool('oras', 'bin/oras', ['version']);
ociClientTest(tool, 'oras, artifacts', artifacts);
ociClientTest(tool, 'oras, objects of a bucket', objects);
