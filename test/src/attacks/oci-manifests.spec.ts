import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST, descriptorOf, digestOf, imageOf, indexOf } from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import type { OciWorld } from '../harness/oci-world.js';
import { BASE, expectUntouched, said, startOciAttack } from './oci-attack-world.js';

const R = `/v2/${BASE}`;
const MIB = 1024 * 1024;
let world: OciWorld;
let bob: OciClient;

beforeAll(async () => {
  world = await startOciAttack({ limits: { byteBudget: '16MiB' } });
  bob = world.bob;
});
afterAll(() => world.remove());

const config = JSON.stringify(descriptorOf('config', OCI_CONFIG));
const layer = descriptorOf('of bob', OCI_LAYER);
/** An image in text, with these members before its end. */
const image = (more: string) => `{"schemaVersion":2,"mediaType":"${OCI_MANIFEST}","config":${config},"layers":[]${more}}`;
const put = (body: Uint8Array | string, type = OCI_MANIFEST, more: Record<string, string> = {}) => bob.send('PUT', `${R}/manifests/probe`, { body, headers: { 'content-type': type, ...more } });

async function expectInvalid(cases: Readonly<Record<string, Uint8Array | string>>, status = 400): Promise<void> {
  await expectUntouched(world, async () => {
    for (const [what, body] of Object.entries(cases)) {
      const started = Date.now();
      expect([what, ...said(await put(body))]).toEqual([what, status, 'MANIFEST_INVALID']);
      expect([what, Date.now() - started < 2000]).toEqual([what, true]);
    }
  });
}

it('an honest manifest with a little of everything passes', async () => {
  expect((await put(image(`,"annotations":{"__proto__":"x","constructor":"y","":"z"},"x":${'['.repeat(20)}${']'.repeat(20)}`))).status).toBe(201);
  await bob.delete(`${R}/manifests/probe`);
});

describe('a manifest', () => {
  it('that is deep or of very many pieces is refused, in no time', async () => {
    await expectInvalid({
      'deep arrays': image(`,"x":${'['.repeat(1_500_000)}`),
      'deep and closed': image(`,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      'deep objects': image(`,"x":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`),
      'many numbers': image(`,"x":[${'1,'.repeat(1_900_000)}1]`),
      'many empty objects': image(`,"x":[${'{},'.repeat(1_300_000)}{}]`),
      'many keys': image(`,"x":{${Array.from({ length: 100_000 }, (_, i) => `"${i}":1`).join(',')}}`),
      'many annotations': image(`,"annotations":{${Array.from({ length: 10_001 }, (_, i) => `"k${i}":"v"`).join(',')}}`),
      'many layers': JSON.stringify(imageOf('config', [], { layers: Array(10_001).fill(layer) })),
      'an endless string': image(`,"x":"${'\\\\'.repeat(1_000_000)}`),
      'an endless number': image(`,"x":${'9'.repeat(3_000_000)}x`),
    });
  });

  it('of more bytes than allowed is refused, announced or not, and many of the longest are taken one after the other', async () => {
    async function* endless() {
      for (let i = 0; i < 64; i++) yield Buffer.alloc(MIB, ' ');
    }
    expect(said(await put(' '.repeat(4 * MIB + 1)))).toEqual([413, 'MANIFEST_INVALID']);
    const streamed = await bob.send('PUT', `${R}/manifests/probe`, { body: endless(), headers: { 'content-type': OCI_MANIFEST } }).then(said, (error: NodeJS.ErrnoException) => error.code);
    // The rest is not read for long; then the connection goes.
    expect([[413, 'MANIFEST_INVALID'], 'ECONNRESET', 'EPIPE']).toContainEqual(streamed);
    const whole = image(`,"x":"${'y'.repeat(4 * MIB - 1000)}"`);
    const many = await Promise.all(Array.from({ length: 12 }, () => put(whole)));
    expect(many.map(said)).toEqual(many.map(() => [201]));
    await bob.delete(`${R}/manifests/probe`);
  });

  it('that two readers could read as two is refused', async () => {
    await expectInvalid({
      'layers twice': image(`,"layers":[${JSON.stringify(layer)}]`),
      'config twice': image(`,"config":${config}`),
      'a key twice, once escaped': image(',"l\\u0061yers":[]'),
      'a key twice far inside': image(',"x":[{"a":{"b":1,"b":1}}]'),
      'a known key in other case': image(',"Layers":[]'),
      'a known key in letters that fold': image(',"conf\\u0131g":{}').replace('conf\\u0131g', 'Config'),
      'a descriptor’s key in other case': JSON.stringify(imageOf('config', [], { layers: [{ ...layer, Digest: digestOf('x') }] })),
      'manifests too': image(',"manifests":[]'),
      'schema 1’s layers too': image(',"fsLayers":[]'),
      'another media type inside': image('').replace(OCI_MANIFEST, OCI_INDEX),
      'a byte order mark': `\ufeff${image('')}`,
      'UTF-16': Buffer.from(image(''), 'utf16le'),
      'bytes that are no UTF-8': Buffer.concat([Buffer.from(image('').slice(0, -1)), Buffer.from(',"x":"\xff"}', 'latin1')]),
      'a lone surrogate in annotations': image(',"annotations":{"\\ud800":"x"}'),
      'two documents': image('') + image(''),
      'a comma too many': image(','),
      'a comment': image('/* */'),
      'single quotes': "{'schemaVersion':2}",
      'NaN': image(',"x":NaN'),
    });
  });

  it('with values that are not what they must be is refused', async () => {
    const descriptor = (more: object) => JSON.stringify(imageOf('config', [], { layers: [{ ...layer, ...more }] }));
    await expectInvalid({
      'a fraction as size': descriptor({ size: 6.5 }),
      'a text as size': descriptor({ size: '6' }),
      'a size beyond counting': descriptor({ size: 2 ** 53 }),
      'an endless size': image('').replace('"layers":[]', `"layers":[${JSON.stringify(layer).replace(/"size":\d+/, '"size":1e999')}]`),
      'no size': descriptor({ size: undefined }),
      'no media type': descriptor({ mediaType: undefined }),
      'a media type with a line': descriptor({ mediaType: 'a/b\nx: y' }),
      'a digest of a path': descriptor({ digest: 'sha256:../../../x' }),
      'urls that are none': descriptor({ urls: ['java script:'] }),
      'data that is not the content': descriptor({ data: Buffer.from('of eve').toString('base64') }),
      'data that is no base64': descriptor({ data: '***' }),
      'annotations of numbers': JSON.stringify(imageOf('config', ['of bob'], { annotations: { a: 1 } })),
      'a subject that is a text': JSON.stringify(imageOf('config', ['of bob'], { subject: digestOf('x') })),
      'layers that are an object': JSON.stringify(imageOf('config', [], { layers: { length: 1, 0: layer } })),
      'config that is a list': JSON.stringify(imageOf('config', [], { config: [JSON.parse(config)] })),
      'null': 'null',
    });
  });

  it('of a wrong type is refused', async () => {
    const good = JSON.stringify(imageOf('config', ['of bob'], { annotations: { other: 'type' } }));
    await expectUntouched(world, async () => {
      for (const type of ['text/html', 'application/json', 'application/octet-stream', OCI_INDEX, OCI_CONFIG, `${OCI_MANIFEST}x`, 'x'.repeat(3000), 'application/vnd.docker.distribution.manifest.v2+json', '../../x']) {
        expect([type, ...said(await put(good, type))]).toEqual([type, 400, 'MANIFEST_INVALID']);
      }
      for (const type of ['application/vnd.docker.distribution.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v1+prettyjws']) expect(said(await put(good, type))).toEqual([400, 'UNSUPPORTED']);
    });
    for (const type of [`${OCI_MANIFEST}; charset=utf-8`, OCI_MANIFEST.toUpperCase(), `  ${OCI_MANIFEST}  `]) expect([type, (await put(good, type)).status]).toEqual([type, 201]);
    expect((await bob.get(`${R}/manifests/probe`)).headers['content-type']).toBe(OCI_MANIFEST);
    await bob.delete(`${R}/manifests/probe`);
  });

  it('that is packed is not unpacked', async () => {
    await expectUntouched(world, async () => {
      const gzip = Buffer.from('1f8b0800000000000003', 'hex');
      expect(said(await put(gzip, OCI_MANIFEST, { 'content-encoding': 'gzip' }))[0]).toBe(400);
    });
  });

  it('cannot be its own index, nor held by two that hold each other', async () => {
    const one = indexOf([descriptorOf('{"two":2}', OCI_INDEX)]);
    await expectUntouched(world, async () => {
      expect(said(await bob.putManifest(BASE, 'probe', one, OCI_INDEX))).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
    });
  });

  it('with many tags or many parameters is bounded', async () => {
    const text = JSON.stringify(imageOf('config', ['of bob'], { annotations: { many: 'tags' } }));
    const target = (query: string) => bob.putManifest(BASE, `${digestOf(text)}?${query}`, text);
    await expectUntouched(world, async () => {
      expect(said(await target(Array.from({ length: 51 }, (_, i) => `tag=t${i}`).join('&')))).toEqual([414, 'TAG_INVALID']);
      expect(said(await target(Array.from({ length: 300 }, () => 'x=y').join('&')))).toEqual([414, 'UNSUPPORTED']);
      for (const tag of ['..', 'a/b', 'a%2fb', '%00', 'x'.repeat(129), 'sha256:x', '%0d%0aset-cookie:x']) expect([tag, ...said(await target(`tag=${tag}`))]).toEqual([tag, 400, 'TAG_INVALID']);
      expect(said(await target('tag=%ff'))).toEqual([400, 'UNSUPPORTED']);
    });
  });
});
