import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, ARTHUR } from '../harness/account-world.js';
import { OCI_MANIFEST, type Descriptor, digestOf, imageOf } from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import { OciWorld, allow, policy } from '../harness/oci-world.js';
import { textsOf } from '../harness/read-xml.js';
import { SignedClient } from '../harness/signed-client.js';

const LARGE = crypto.randomBytes(200_000);
const PART = crypto.randomBytes(5 * 1024 * 1024);
let world: OciWorld;
let s3: SignedClient;
let arthurS3: SignedClient;
let oci: OciClient;

beforeAll(async () => {
  const config = { views: { repositories: [{ repository: 'team/app', bucket: 'team-app-view' }], buckets: [{ bucket: 'files', repository: 'views/files' }] } };
  const s3Allow = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
  world = await OciWorld.start(config, [
    policy(
      // The view's doors only; then, for some, what lies behind too.
      s3Allow(['s3:GetObject', 's3:ListBucket'], 'arn:aws:s3:::team-app-view*'),
      allow(['oci:GetBlob'], 'team/app'),
      allow(['oci:Get*', 'oci:List*'], 'views/files'),
      s3Allow(['s3:GetObject'], 'arn:aws:s3:::files/open*'),
    ),
  ]);
  oci = world.alice;
  s3 = new SignedClient(world.server.url, ALICE.keys);
  arthurS3 = new SignedClient(world.server.url, ARTHUR.keys);
  for (const bytes of ['config', 'layer', LARGE]) await oci.pushBlob('team/app', bytes);
  await oci.putManifest('team/app', 'v1', imageOf('config', ['layer', LARGE]));
  await s3.put('/files');
  await s3.put('/files/open.txt', 'for everybody here', { 'content-type': 'text/plain' });
  await s3.put('/files/dir/large_file.bin', LARGE);
});
afterAll(async () => {
  s3.close();
  arthurS3.close();
  await world.remove();
});

describe('a repository as a bucket', () => {
  const manifest = JSON.stringify(imageOf('config', ['layer', LARGE]));
  const digest = digestOf(manifest);

  it('lists tags, manifests and blobs', async () => {
    const { text } = await s3.get('/team-app-view?list-type=2');
    const blobs = ['config', 'layer', LARGE].map((bytes) => `blobs/${digestOf(bytes)}`).sort();
    expect(textsOf(text, 'Key')).toEqual([...blobs, `manifests/${digest}`, 'tags/v1']);
    const tops = await s3.get('/team-app-view?list-type=2&delimiter=%2F');
    expect(textsOf(tops.text, 'Prefix').filter((one) => one !== '')).toEqual(['blobs/', 'manifests/', 'tags/']);
    expect(textsOf((await s3.get('/')).text, 'Name')).toContain('team-app-view');
  });

  it('gives the bytes, with ranges and conditions and an ETag that is no MD5', async () => {
    for (const [key, bytes] of [['tags/v1', manifest], [`manifests/${digest}`, manifest], [`blobs/${digestOf(LARGE)}`, LARGE], [`blobs/${digestOf('layer')}`, 'layer']] as const) {
      const read = await s3.get(`/team-app-view/${key}`);
      expect([key, read.status, read.body.equals(Buffer.from(bytes))]).toEqual([key, 200, true]);
      expect(read.headers.etag).not.toMatch(/^"[0-9a-f]{32}"$/);
      expect((await s3.get(`/team-app-view/${key}`, { 'if-none-match': String(read.headers.etag) })).status).toBe(304);
      const range = await s3.get(`/team-app-view/${key}`, { range: 'bytes=1-3' });
      expect([range.status, range.text]).toEqual([206, Buffer.from(bytes).toString('utf8', 1, 4)]);
    }
    expect((await s3.get('/team-app-view/tags/none')).code).toBe('NoSuchKey');
  });

  it('takes nothing', async () => {
    const tries = [
      s3.put('/team-app-view/tags/v2', 'x'), s3.put('/team-app-view/new', 'x'), s3.delete('/team-app-view/tags/v1'), s3.post('/team-app-view/new?uploads'), s3.delete('/team-app-view'),
      s3.put('/team-app-view/tags/v1?tagging', '<Tagging><TagSet/></Tagging>'), s3.put('/team-app-view?versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'),
      s3.put('/team-app-view?policy', JSON.stringify({ Version: '2012-10-17', Statement: [] })),
    ];
    for (const { status } of await Promise.all(tries)) expect([400, 403, 405]).toContain(status);
    expect((await s3.put('/team-app-view')).status).toBeGreaterThanOrEqual(400);
    expect((await oci.head('/v2/team/app/manifests/v1')).status).toBe(200);
  });

  it('needs the permission of both sides', async () => {
    expect((await arthurS3.get(`/team-app-view/blobs/${digestOf(LARGE)}`)).status).toBe(200);
    for (const target of ['/team-app-view/tags/v1', `/team-app-view/manifests/${digest}`, '/team-app-view?list-type=2']) expect([target, (await arthurS3.get(target)).code]).toEqual([target, 'AccessDenied']);
  });
});

interface ObjectManifest {
  readonly artifactType: string;
  readonly layers: readonly (Descriptor & { readonly annotations: Record<string, string> })[];
}

describe('a bucket as artifacts', () => {
  const V = '/v2/views/files';
  const read = async (reference: string, who = oci) => {
    const { status, text, headers } = await who.get(`${V}/manifests/${reference}`);
    expect([status, headers['content-type'], headers['docker-content-digest']]).toEqual([200, OCI_MANIFEST, digestOf(text)]);
    return { digest: digestOf(text), manifest: JSON.parse(text) as ObjectManifest };
  };

  it('lists each key under a tag of its own', async () => {
    await s3.put('/files/dir%20large', 'x');
    await s3.put('/files/%C3%BC', 'x');
    const { tags } = JSON.parse((await oci.get(`${V}/tags/list`)).text) as { tags: string[] };
    expect([...tags].sort()).toEqual(['_c3_bc', 'dir_20large', 'dir_2flarge_5ffile.bin', 'open.txt']);
    expect(await oci.pages('/v2/_catalog')).toEqual([{ repositories: expect.arrayContaining(['team/app', 'views/files']) }]);
  });

  it('makes of an object a manifest whose digest stays, and whose layer is the object', async () => {
    const { digest, manifest } = await read('dir_2flarge_5ffile.bin');
    expect(manifest.artifactType).toBe('application/vnd.zot-artifact-store.s3.object.v1');
    expect(manifest.layers).toEqual([{ mediaType: 'application/octet-stream', digest: digestOf(LARGE), size: LARGE.length, annotations: { 'org.opencontainers.image.title': 'large_file.bin' } }]);
    expect((await oci.get(`${V}/blobs/${digestOf(LARGE)}`)).body.equals(LARGE)).toBe(true);
    expect((await oci.get(`${V}/blobs/${digestOf('{}')}`)).text).toBe('{}');
    const part = await oci.get(`${V}/blobs/${digestOf(LARGE)}`, { range: 'bytes=100-199' });
    expect([part.status, part.body.equals(LARGE.subarray(100, 200))]).toEqual([206, true]);
    expect((await read(digest)).digest).toBe(digest);
    await s3.put('/files/dir/large_file.bin', LARGE, { 'x-amz-meta-note': 'other metadata' });
    expect((await read('dir_2flarge_5ffile.bin')).digest).toBe(digest);
    await s3.put('/files/dir/large_file.bin', 'other content');
    expect((await read('dir_2flarge_5ffile.bin')).digest).not.toBe(digest);
    expect((await oci.get(`${V}/manifests/${digest}`)).codes).toEqual(['MANIFEST_UNKNOWN']);
  });

  it('makes of an object of parts a layer a part', async () => {
    const { text } = await s3.post('/files/parts?uploads');
    const id = textsOf(text, 'UploadId')[0]!;
    const etags = [];
    for (const [i, body] of [PART, Buffer.from('the end')].entries()) etags.push((await s3.put(`/files/parts?partNumber=${i + 1}&uploadId=${id}`, body)).headers.etag);
    const parts = etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`).join('');
    expect((await s3.post(`/files/parts?uploadId=${id}`, `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`)).status).toBe(200);
    const { manifest } = await read('parts');
    expect(manifest.layers.map(({ digest }) => digest)).toEqual([digestOf(PART), digestOf('the end')]);
    expect((await oci.get(`${V}/blobs/${digestOf(PART)}`)).body.equals(PART)).toBe(true);
  });

  it('takes nothing', async () => {
    const digest = digestOf('x');
    for (const answer of [
      await oci.send('POST', `${V}/blobs/uploads/?digest=${digest}`, { body: 'x' }),
      await oci.send('POST', `${V}/blobs/uploads/`, { headers: { 'content-length': '0' } }),
      await oci.delete(`${V}/manifests/open.txt`),
      await oci.delete(`${V}/blobs/${digestOf('for everybody here')}`),
      await oci.putManifest('views/files', 'new', { schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: 'a/b', config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 }, layers: [] }),
    ]) {
      expect([answer.status, answer.codes]).toEqual([403, ['DENIED']]);
    }
    expect((await s3.get('/files/open.txt')).text).toBe('for everybody here');
  });

  it('is no source of mounts', async () => {
    await oci.get(`${V}/manifests/open.txt`);
    const digest = digestOf('for everybody here');
    const answer = await oci.send('POST', `/v2/team/app/blobs/uploads/?mount=${digest}&from=views/files`, { headers: { 'content-length': '0' } });
    expect(answer.status).toBe(202);
    expect((await oci.head(`/v2/team/app/blobs/${digest}`)).status).toBe(404);
  });

  it('needs the permission of both sides', async () => {
    await read('open.txt', world.arthur);
    expect((await world.arthur.get(`${V}/blobs/${digestOf('for everybody here')}`)).text).toBe('for everybody here');
    const { digest } = await read('dir_20large');
    for (const target of [`${V}/manifests/dir_20large`, `${V}/manifests/${digest}`, `${V}/blobs/${digestOf('x')}`, `${V}/tags/list`]) {
      const answer = await world.arthur.get(target);
      expect([target, answer.status, answer.codes]).toEqual([target, 403, ['DENIED']]);
    }
  });
});
