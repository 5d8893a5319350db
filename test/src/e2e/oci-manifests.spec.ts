import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_EMPTY,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
  descriptorOf,
  digestOf,
  imageOf,
  indexOf,
  manifestBytes,
  referrerOf,
} from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import { OciWorld } from '../harness/oci-world.js';

const R = 'manifests/app';
const at = (reference: string, repository = R) => `/v2/${repository}/manifests/${reference}`;
let world: OciWorld;
let client: OciClient;

beforeAll(async () => {
  world = await OciWorld.start({
    limits: { manifestBytes: '64KiB' },
    oci: { repositories: [{ repositories: 'sparse/*', sparseIndexes: true }] },
  });
  client = world.alice;
  for (const bytes of ['config', 'layer', '{}']) await client.pushBlob(R, bytes);
});
afterAll(() => world.remove());

const image = (more: object = {}) => imageOf('config', ['layer'], more);
const docker = (pretty?: number) =>
  JSON.stringify(
    {
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST,
      config: descriptorOf('config', 'application/vnd.docker.container.image.v1+json'),
      layers: [descriptorOf('layer', 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
    },
    null,
    pretty,
  );

describe('a manifest', () => {
  const platform = { architecture: 'amd64', os: 'linux' };
  const kinds: [string, string, () => string][] = [
    ['an OCI image', OCI_MANIFEST, () => JSON.stringify(image())],
    ['an OCI image with odd blanks and unknown fields', OCI_MANIFEST, () => ` \n${JSON.stringify(image({ 'x-own': [1.0, { deep: null }], annotations: { a: 'ü' } }), null, '\t')}\r\n`],
    ['an OCI image without mediaType', OCI_MANIFEST, () => JSON.stringify(image({ mediaType: undefined }))],
    ['an artifact', OCI_MANIFEST, () => JSON.stringify({ ...image(), artifactType: 'application/vnd.example.thing', config: descriptorOf('{}', OCI_EMPTY) })],
    ['an artifact without layers', OCI_MANIFEST, () => JSON.stringify({ ...image(), artifactType: 'application/x', config: descriptorOf('{}', OCI_EMPTY), layers: [] })],
    ['Docker’s schema 2', DOCKER_MANIFEST, () => docker(3)],
    ['an OCI index', OCI_INDEX, () => JSON.stringify(indexOf([{ ...manifestBytes(image()).descriptor, platform } as never]))],
    ['an empty OCI index', OCI_INDEX, () => JSON.stringify(indexOf([]))],
    ['an index of an index', OCI_INDEX, () => JSON.stringify(indexOf([descriptorOf(JSON.stringify(indexOf([])), OCI_INDEX)]))],
    ['Docker’s list', DOCKER_LIST, () => JSON.stringify({ schemaVersion: 2, mediaType: DOCKER_LIST, manifests: [{ ...descriptorOf(docker(3), DOCKER_MANIFEST), platform }] }, null, 3)],
  ];

  it.each(kinds)('that is %s comes back byte for byte, by tag and by digest, whatever is accepted', async (what, type, make) => {
    const text = make();
    for (const algorithm of ['sha256', 'sha512'] as const) {
      const digest = digestOf(text, algorithm);
      const tag = `t-${what.replace(/\W/g, '')}`;
      for (const reference of algorithm === 'sha256' ? [tag, digest] : [digest]) {
        const stored = await client.putManifest(R, reference, text, type);
        expect([what, stored.status, stored.headers.location, stored.headers['docker-content-digest']]).toEqual([what, 201, at(reference), digest]);
        for (const accept of [undefined, '*/*', OCI_MANIFEST, DOCKER_LIST, 'text/html']) {
          const read = await client.get(at(reference), accept === undefined ? {} : { accept });
          expect([read.status, read.text]).toEqual([200, text]);
          expect(read.headers).toMatchObject({
            'content-type': type,
            'content-length': String(Buffer.byteLength(text)),
            'docker-content-digest': digest,
            etag: `"${digest}"`,
            'cache-control': reference === tag ? 'private, no-cache' : 'private, max-age=31536000, immutable',
          });
        }
        const { status, headers, body } = await client.head(at(reference));
        expect([status, headers['content-type'], headers['content-length'], headers['docker-content-digest'], body.length]).toEqual([200, type, String(Buffer.byteLength(text)), digest, 0]);
      }
    }
  });

  it('is not sent again to who has it', async () => {
    const { digest } = manifestBytes(image());
    await client.putManifest(R, 'known', image());
    for (const reference of ['known', digest]) {
      const same = await client.get(at(reference), { 'if-none-match': `"${digest}"` });
      expect([same.status, same.body.length, same.headers.etag, same.headers['docker-content-digest']]).toEqual([304, 0, `"${digest}"`, digest]);
      expect((await client.head(at(reference), { 'if-none-match': `"${digest}"` })).status).toBe(304);
      expect((await client.get(at(reference), { 'if-none-match': `"${digestOf('x')}"` })).status).toBe(200);
      expect((await client.get(at(reference), { 'if-match': `"${digestOf('x')}"` })).status).toBe(412);
    }
  });

  it('that is not there is unknown, and so is one of another repository', async () => {
    await client.pushBlob('manifests/bare', 'x');
    const { digest } = manifestBytes(image());
    for (const reference of ['v1', digest, digestOf('none'), `sha384:${'a'.repeat(96)}`]) {
      const answer = await client.get(at(reference, 'manifests/bare'));
      expect([reference, answer.status, answer.codes]).toEqual([reference, 404, ['MANIFEST_UNKNOWN']]);
      expect((await client.head(at(reference, 'manifests/bare'))).status).toBe(404);
    }
    expect((await client.get(at('v1', 'manifests/none'))).codes).toEqual(['NAME_UNKNOWN']);
  });

  it('needs no foreign layers, and no subject', async () => {
    const foreign = { ...descriptorOf('elsewhere', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'), urls: ['https://example.com/layer'] };
    expect((await client.putManifest(R, 'foreign', image({ layers: [foreign] }))).status).toBe(201);
    const subject = descriptorOf('never there', OCI_MANIFEST);
    const answer = await client.putManifest(R, 'about', referrerOf(subject, 'application/x'));
    expect([answer.status, answer.headers['oci-subject']]).toEqual([201, subject.digest]);
  });
});

describe('what is wrong stores nothing', () => {
  const unknown = descriptorOf('not pushed', OCI_LAYER);
  const refusals: [string, number, string, string | undefined, () => object | string][] = [
    ['a config that is not there', 404, 'MANIFEST_BLOB_UNKNOWN', undefined, () => image({ config: descriptorOf('no config', OCI_CONFIG) })],
    ['a layer that is not there', 404, 'MANIFEST_BLOB_UNKNOWN', undefined, () => image({ layers: [unknown] })],
    ['a layer that is only elsewhere', 404, 'MANIFEST_BLOB_UNKNOWN', undefined, () => image({ layers: [descriptorOf('elsewhere only', OCI_LAYER)] })],
    ['a foreign layer without urls', 404, 'MANIFEST_BLOB_UNKNOWN', undefined, () => image({ layers: [{ ...unknown, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar' }] })],
    ['urls on a layer that is not foreign', 404, 'MANIFEST_BLOB_UNKNOWN', undefined, () => image({ layers: [{ ...unknown, urls: ['https://example.com/x'] }] })],
    ['a manifest that is not there', 404, 'MANIFEST_BLOB_UNKNOWN', OCI_INDEX, () => indexOf([descriptorOf('{"no":"manifest"}', OCI_MANIFEST)])],
    ['a blob in the place of a manifest', 404, 'MANIFEST_BLOB_UNKNOWN', OCI_INDEX, () => indexOf([descriptorOf('layer', OCI_MANIFEST)])],
    ['a layer of an algorithm that is not kept', 404, 'MANIFEST_BLOB_UNKNOWN', undefined, () => image({ layers: [{ ...unknown, digest: `sha384:${'a'.repeat(96)}` }] })],
    ['a size that is not the blob’s', 400, 'MANIFEST_INVALID', undefined, () => image({ layers: [{ ...descriptorOf('layer', OCI_LAYER), size: 4 }] })],
    ['a negative size', 400, 'MANIFEST_INVALID', undefined, () => image({ layers: [{ ...descriptorOf('layer', OCI_LAYER), size: -5 }] })],
    ['a digest that is none', 400, 'MANIFEST_INVALID', undefined, () => image({ layers: [{ ...unknown, digest: 'sha256:abc' }] })],
    ['no config', 400, 'MANIFEST_INVALID', undefined, () => image({ config: undefined })],
    ['schema 3', 400, 'MANIFEST_INVALID', undefined, () => image({ schemaVersion: 3 })],
    ['Docker’s schema 1', 400, 'UNSUPPORTED', 'application/vnd.docker.distribution.manifest.v1+prettyjws', () => ({ schemaVersion: 1, name: 'x', fsLayers: [] })],
    ['an image sent as an index', 400, 'MANIFEST_INVALID', OCI_INDEX, () => image({ mediaType: undefined, annotations: { no: 'index' } })],
    ['an index sent as an image', 400, 'MANIFEST_INVALID', undefined, () => indexOf([], { annotations: { no: 'image' } })],
    ['an image that is also an index', 400, 'MANIFEST_INVALID', undefined, () => image({ manifests: [] })],
    ['an empty config without artifactType', 400, 'MANIFEST_INVALID', undefined, () => image({ config: descriptorOf('{}', OCI_EMPTY) })],
    ['Docker’s schema 2 without mediaType', 400, 'MANIFEST_INVALID', DOCKER_MANIFEST, () => ({ ...(JSON.parse(docker()) as object), mediaType: undefined })],
    ['a media type of something else', 400, 'MANIFEST_INVALID', 'application/json', () => image({ mediaType: undefined, annotations: { no: 'manifest' } })],
    ['no JSON', 400, 'MANIFEST_INVALID', undefined, () => 'hello'],
    ['no object', 400, 'MANIFEST_INVALID', undefined, () => '[]'],
    ['nothing', 400, 'MANIFEST_INVALID', undefined, () => ''],
    ['more than the longest manifest', 413, 'MANIFEST_INVALID', undefined, () => image({ annotations: { long: 'x'.repeat(65_536) } })],
    ['nesting without end', 400, 'MANIFEST_INVALID', undefined, () => `{"schemaVersion":2,"x":${'['.repeat(1000)}${']'.repeat(1000)}}`],
  ];

  it.each(refusals)('%s is %d %s', async (what, status, code, type, make) => {
    await client.pushBlob('manifests/elsewhere', 'elsewhere only');
    const document = make();
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    const tags = (await client.get(`/v2/${R}/tags/list`)).text;
    for (const reference of ['refused', digestOf(text)]) {
      const answer = await client.putManifest(R, reference, text, type ?? OCI_MANIFEST);
      expect([what, answer.status, answer.codes[0], answer.headers['content-type']]).toEqual([what, status, code, 'application/json']);
      expect((await client.get(at(reference))).status).toBe(404);
    }
    expect((await client.get(`/v2/${R}/tags/list`)).text).toBe(tags);
  });

  it('what is missing is named', async () => {
    const missing = descriptorOf('not there', OCI_LAYER);
    const answer = await client.putManifest(R, 'refused', image({ layers: [descriptorOf('layer', OCI_LAYER), missing] }));
    expect(JSON.parse(answer.text)).toMatchObject({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', detail: { digest: missing.digest } }] });
  });

  it('a digest in the path that is not the manifest’s is DIGEST_INVALID', async () => {
    for (const reference of [digestOf('else'), digestOf('else', 'sha512')]) {
      const answer = await client.putManifest(R, reference, image());
      expect([answer.status, answer.codes]).toEqual([400, ['DIGEST_INVALID']]);
    }
  });

  it('unless the rules let indexes be sparse', async () => {
    await client.pushBlob('sparse/app', 'x');
    const missing = descriptorOf('{"not":"here"}', OCI_MANIFEST);
    expect((await client.putManifest('sparse/app', 'v1', indexOf([missing]), OCI_INDEX)).status).toBe(201);
    expect((await client.putManifest('sparse/app', 'v2', indexOf([descriptorOf('blob', OCI_LAYER)]), OCI_INDEX)).codes).toEqual(['MANIFEST_BLOB_UNKNOWN']);
  });
});
