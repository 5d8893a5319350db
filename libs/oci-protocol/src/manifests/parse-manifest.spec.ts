import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../names/digest.js';
import type { Manifest } from './manifest.js';
import { referrerArtifactType } from './manifest.js';
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_EMPTY, OCI_INDEX, OCI_MANIFEST } from './media-types.js';
import { parseManifest } from './parse-manifest.js';
import { refusal } from './refusal.spec.fixture.js';

const digest = (text: string): string => digestOf('sha256', Buffer.from(text));
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('config'), size: 6 };
const LAYER = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digest('layer'), size: 5 };
const ENTRY = { mediaType: OCI_MANIFEST, digest: digest('entry'), size: 5 };
const IMAGE = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: CONFIG, layers: [LAYER] };
const INDEX = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [ENTRY] };
const DOCKER = { ...IMAGE, mediaType: DOCKER_MANIFEST };
const FOREIGN_LAYER = { ...LAYER, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', urls: ['https://h/layer'] };

function parse(document: unknown, contentType?: string): Manifest {
  const bytes = typeof document === 'string' ? Buffer.from(document) : Buffer.from(JSON.stringify(document));
  return parseManifest(bytes, contentType);
}

describe('parseManifest', () => {
  it('reads an image', () => {
    const annotations = { a: 'b', '': '' };
    expect(parse({ ...IMAGE, annotations }, OCI_MANIFEST)).toEqual({
      mediaType: OCI_MANIFEST,
      configMediaType: CONFIG.mediaType,
      annotations,
      references: [
        { kind: 'blob', role: 'config', ...CONFIG, required: true },
        { kind: 'blob', role: 'layer', ...LAYER, required: true },
      ],
    });
  });

  it('reads an index', () => {
    const platform = { architecture: 'arm', os: 'windows', variant: 'v7', 'os.version': '10', 'os.features': ['win32k'], features: [] };
    const manifest = parse({ ...INDEX, artifactType: 'a/index', manifests: [{ ...ENTRY, platform, artifactType: 'a/b' }] }, OCI_INDEX);
    expect(manifest).toEqual({
      mediaType: OCI_INDEX,
      artifactType: 'a/index',
      annotations: {},
      references: [
        {
          kind: 'manifest',
          role: 'manifest',
          ...ENTRY,
          artifactType: 'a/b',
          platform: { architecture: 'arm', os: 'windows', variant: 'v7', osVersion: '10', osFeatures: ['win32k'] },
          required: true,
        },
      ],
    });
  });

  it('reads an artifact with a subject', () => {
    const subject = { mediaType: OCI_MANIFEST, digest: `blake3:${'0'.repeat(64)}`, size: 1, data: null };
    const empty = { mediaType: OCI_EMPTY, digest: digest('{}'), size: 2, data: 'e30=' };
    const manifest = parse({ ...IMAGE, artifactType: 'a/b', config: empty, layers: [empty], subject });
    expect(manifest.subject).toEqual({ mediaType: subject.mediaType, digest: subject.digest, size: 1 });
    expect(manifest.references.map(({ role, required }) => [role, required])).toEqual([['config', true], ['layer', true]]);
    expect(referrerArtifactType(manifest)).toBe('a/b');
    expect(referrerArtifactType(parse(IMAGE))).toBe(CONFIG.mediaType);
    expect(referrerArtifactType(parse({ ...IMAGE, artifactType: '' }))).toBe(CONFIG.mediaType);
    expect(referrerArtifactType(parse(INDEX))).toBeUndefined();
  });

  it('reads Docker manifests as what they are', () => {
    const manifest = parse({ ...DOCKER, subject: ENTRY, artifactType: 'a/b', annotations: { a: 'b' }, layers: [FOREIGN_LAYER, { ...FOREIGN_LAYER, urls: [] }] }, DOCKER_MANIFEST);
    expect(manifest).toMatchObject({ mediaType: DOCKER_MANIFEST, annotations: {} });
    expect(manifest.subject ?? manifest.artifactType).toBeUndefined();
    expect(manifest.references.map(({ required }) => required)).toEqual([true, false, true]);
    const list = parse({ ...INDEX, mediaType: DOCKER_MANIFEST_LIST, manifests: [{ ...ENTRY, mediaType: DOCKER_MANIFEST }] }, DOCKER_MANIFEST_LIST);
    expect(list.references[0]).toMatchObject({ kind: 'manifest', role: 'manifest' });
  });

  it.each([
    ['application/vnd.oci.image.layer.nondistributable.v1.tar', ['https://h/a'], false],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', ['https://h/a'], false],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+zstd', ['ftp://h/a'], false],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar', undefined, true],
    ['application/vnd.oci.image.layer.v1.tar', ['https://h/a'], true],
  ])('a layer %s at %j: required %j', (mediaType, urls, required) => {
    expect(parse({ ...IMAGE, layers: [{ ...LAYER, mediaType, urls }] }).references[1]?.required).toBe(required);
  });

  it('takes a config for required, whatever it says', () => {
    expect(parse({ ...IMAGE, config: { ...CONFIG, mediaType: FOREIGN_LAYER.mediaType, urls: ['https://h/a'] } }).references[0]?.required).toBe(true);
  });

  it('tells blobs from manifests by their media type', () => {
    const unknown = { ...ENTRY, mediaType: 'application/vnd.buildkit.cacheconfig.v0' };
    const kinds = (manifest: Manifest): string[] => manifest.references.map(({ kind, role }) => `${kind} ${role}`);
    expect(kinds(parse({ ...INDEX, manifests: [LAYER, unknown, { ...ENTRY, mediaType: DOCKER_MANIFEST_LIST }] }))).toEqual([
      'blob blob',
      'blob blob',
      'manifest manifest',
    ]);
    expect(kinds(parse({ ...IMAGE, layers: [ENTRY] }))).toEqual(['blob config', 'manifest layer']);
  });

  it.each<[string, unknown, string?]>([
    ['unknown fields', { ...IMAGE, 'org.x': { deep: [1, null, 'x'] }, x: 1.5 }, OCI_MANIFEST],
    ['unknown media types', { ...IMAGE, config: { ...CONFIG, mediaType: 'x/y' }, layers: [{ ...LAYER, mediaType: 'text/plain', x: 1 }] }],
    ['no layers', { ...IMAGE, layers: [] }],
    ['layers that Go did not fill', { ...IMAGE, layers: null, annotations: null, subject: null }],
    ['an empty index', { ...INDEX, manifests: [] }],
    ['an index that Go did not fill', { ...INDEX, manifests: null }],
    ['no mediaType field', { schemaVersion: 2, config: CONFIG, layers: [LAYER] }, OCI_MANIFEST],
    ['parameters of Content-Type', IMAGE, 'Application/vnd.oci.image.manifest.v1+JSON; charset=utf-8'],
    ['an empty Content-Type', IMAGE, ''],
    ['an empty platform', { ...INDEX, manifests: [{ ...ENTRY, platform: { architecture: '', os: '' } }] }],
    ['no platform', { ...INDEX, manifests: [{ ...ENTRY, platform: null }] }],
    ['unregistered digests', { ...IMAGE, layers: [{ ...LAYER, digest: 'md5:abc' }] }],
    ['sha512', { ...IMAGE, layers: [{ ...LAYER, digest: digestOf('sha512', Buffer.from('x')) }] }],
    ['size 0 and the largest', { ...IMAGE, layers: [{ ...LAYER, size: 0 }, { ...LAYER, size: Number.MAX_SAFE_INTEGER }] }],
    ['embedded content', { ...IMAGE, layers: [{ ...LAYER, data: Buffer.from('layer').toString('base64') }] }],
    ['embedded nothing', { ...IMAGE, layers: [{ ...LAYER, digest: digest(''), size: 0, data: '' }] }],
    ['other fields null', { ...IMAGE, manifests: null }],
    ['a long unknown key', { ...IMAGE, ['MEDIATYPE'.repeat(10)]: 1 }],
  ])('accepts %s', (_name, ...[document, contentType]) => {
    expect(refusal(() => parse(document, contentType))).toBe('accepted');
  });

  it.each<[string, unknown, string?]>([
    ['nothing', '', OCI_MANIFEST],
    ['no JSON', '{', OCI_MANIFEST],
    ['two documents', '{}{}', OCI_MANIFEST],
    ['comments', '{/**/}', OCI_MANIFEST],
    ['a byte order mark', `\uFEFF${JSON.stringify(IMAGE)}`, OCI_MANIFEST],
    ['an array', [IMAGE], OCI_MANIFEST],
    ['null', null, OCI_MANIFEST],
    ['a string', '"x"', OCI_MANIFEST],
    ['no type at all', { schemaVersion: 2, config: CONFIG, layers: [] }],
    ['an unknown Content-Type', IMAGE, 'application/json'],
    ['an unknown mediaType', { ...IMAGE, mediaType: 'application/vnd.oci.artifact.manifest.v1+json' }],
    ['Content-Type and mediaType that differ', IMAGE, OCI_INDEX],
    ['the same for Docker', IMAGE, DOCKER_MANIFEST],
    ['mediaType in other capitals', { ...IMAGE, mediaType: OCI_MANIFEST.toUpperCase() }, OCI_MANIFEST],
    ['mediaType that is no string', { ...IMAGE, mediaType: 1 }, OCI_MANIFEST],
    ['a Docker manifest without mediaType', { schemaVersion: 2, config: CONFIG, layers: [] }, DOCKER_MANIFEST],
    ['no schemaVersion', { ...IMAGE, schemaVersion: undefined }],
    ['schemaVersion 1', { ...IMAGE, schemaVersion: 1 }],
    ['schemaVersion "2"', { ...IMAGE, schemaVersion: '2' }],
    ['an index with config', { ...INDEX, config: CONFIG }],
    ['an index with layers', { ...INDEX, layers: [] }],
    ['an index with fsLayers', { ...INDEX, fsLayers: [] }],
    ['an image with manifests', { ...IMAGE, manifests: [] }],
    ['an image without config', { ...IMAGE, config: undefined }],
    ['config null', { ...IMAGE, config: null }],
    ['an image without layers', { ...IMAGE, layers: undefined }],
    ['layers that are no array', { ...IMAGE, layers: {} }],
    ['an index without manifests', { ...INDEX, manifests: undefined }],
    ['a descriptor that is none', { ...IMAGE, layers: ['x'] }],
    ['a descriptor that is an array', { ...IMAGE, layers: [[]] }],
    ['a descriptor without mediaType', { ...IMAGE, layers: [{ ...LAYER, mediaType: undefined }] }],
    ['a mediaType of no form', { ...IMAGE, layers: [{ ...LAYER, mediaType: 'x' }] }],
    ['a mediaType with parameters', { ...IMAGE, layers: [{ ...LAYER, mediaType: 'text/plain; a=b' }] }],
    ['a descriptor without digest', { ...IMAGE, layers: [{ ...LAYER, digest: undefined }] }],
    ['a malformed digest', { ...IMAGE, layers: [{ ...LAYER, digest: 'sha256:x' }] }],
    ['a descriptor without size', { ...IMAGE, layers: [{ ...LAYER, size: undefined }] }],
    ['a negative size', { ...IMAGE, layers: [{ ...LAYER, size: -1 }] }],
    ['a broken size', { ...IMAGE, layers: [{ ...LAYER, size: 1.5 }] }],
    ['a size of text', { ...IMAGE, layers: [{ ...LAYER, size: '5' }] }],
    ['a size beyond what is exact', JSON.stringify(IMAGE).replace('"size":5', '"size":9007199254740993')],
    ['urls that are no list', { ...IMAGE, layers: [{ ...LAYER, urls: 'https://h' }] }],
    ['urls that are no text', { ...IMAGE, layers: [{ ...LAYER, urls: [1] }] }],
    ['a url that is none', { ...IMAGE, layers: [{ ...LAYER, urls: ['/relative'] }] }],
    ['a url with a line break', { ...IMAGE, layers: [{ ...LAYER, urls: ['https://h/\na'] }] }],
    ['data that is no base64', { ...IMAGE, layers: [{ ...LAYER, data: 'bGF5ZXI' }] }],
    ['data of another size', { ...IMAGE, layers: [{ ...LAYER, size: 6, data: Buffer.from('layer').toString('base64') }] }],
    ['data of another digest', { ...IMAGE, layers: [{ ...LAYER, data: Buffer.from('Layer').toString('base64') }] }],
    ['data that is no text', { ...IMAGE, layers: [{ ...LAYER, data: 1 }] }],
    ['annotations that are a list', { ...IMAGE, annotations: [] }],
    ['annotations that are no text', { ...IMAGE, annotations: { a: 1 } }],
    ['annotations with null', { ...IMAGE, annotations: { a: null } }],
    ['lone surrogates in annotations', `{"annotations":{"\\ud800":"a"},${JSON.stringify(IMAGE).slice(1)}`],
    ['annotations of a descriptor that are no text', { ...IMAGE, layers: [{ ...LAYER, annotations: { a: {} } }] }],
    ['a platform without os', { ...INDEX, manifests: [{ ...ENTRY, platform: { architecture: 'a' } }] }],
    ['a platform with features that are no text', { ...INDEX, manifests: [{ ...ENTRY, platform: { architecture: 'a', os: 'b', 'os.features': [1] } }] }],
    ['an artifactType of no form', { ...IMAGE, artifactType: 'x' }],
    ['an artifactType that is no text', { ...IMAGE, artifactType: 1 }],
    ['an empty config without artifactType', { ...IMAGE, config: { ...CONFIG, mediaType: OCI_EMPTY } }],
    ['an empty config with an empty artifactType', { ...IMAGE, artifactType: '', config: { ...CONFIG, mediaType: OCI_EMPTY } }],
    ['a subject that is no descriptor', { ...IMAGE, subject: { digest: digest('x') } }],
    ['a key in other capitals', { ...IMAGE, Layers: [] }],
    ['a key with a letter that Go folds', { ...IMAGE, 'layer\u017f': [] }],
    ['a descriptor key in other capitals', { ...IMAGE, layers: [{ ...LAYER, Digest: digest('y') }] }],
  ])('refuses %s', (_name, ...[document, contentType]) => {
    expect(refusal(() => parse(document, contentType))).toMatch(/^MANIFEST_INVALID 400: manifest invalid: /);
  });

  it('says where', () => {
    const run = (): unknown => parse({ ...IMAGE, layers: [LAYER, { ...LAYER, size: -1 }] });
    expect(run).toThrow(expect.objectContaining({ detail: { path: 'layers[1].size' }, message: 'manifest invalid: layers[1].size is no size' }));
  });

  it.each([
    ['at the top', JSON.stringify(IMAGE).replace('{', '{"config":{},')],
    ['within', JSON.stringify(IMAGE).replace('"size":5', '"size":5,"size":6')],
    ['in what is unknown', JSON.stringify({ ...IMAGE, x: [{ y: [1] }] }).replace('"y":[1]', '"y":[{"z":1}],"y":[1]')],
    ['by an escape', JSON.stringify(IMAGE).replace('"size":5', '"size":5,"\\u0073ize":6')],
    ['named __proto__', JSON.stringify(IMAGE).replace('{', '{"__proto__":1,"__proto__":2,')],
  ])('refuses a key twice %s', (_name, text) => {
    expect(JSON.parse(text)).toMatchObject({ schemaVersion: 2 });
    expect(refusal(() => parse(text))).toBe('MANIFEST_INVALID 400: manifest invalid: a key comes twice in one object');
  });

  it('is not led astray by strings', () => {
    const annotations = { 'a:b': '"x":{[,', '\\': '\\', '"': '\\"', '{': '}}}]]]' };
    expect(parse({ ...IMAGE, annotations }).annotations).toEqual(annotations);
  });

  it('keeps keys that name a prototype', () => {
    const manifest = parse(JSON.stringify(IMAGE).replace('{', '{"__proto__":{"mediaType":"x"},"annotations":{"__proto__":"a","constructor":"b"},'));
    expect(Object.entries(manifest.annotations)).toEqual([['__proto__', 'a'], ['constructor', 'b']]);
    expect(Object.getPrototypeOf(manifest.annotations)).toBeNull();
    expect(refusal(() => parse('{"__proto__":{"schemaVersion":2,"config":{}}}', OCI_MANIFEST))).toContain('schemaVersion');
  });

  it.each([
    [Buffer.from([0x7b, 0xff, 0x7d])],
    [Buffer.from([0xc0, 0xaf])],
    [Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])],
    [Buffer.from(JSON.stringify(IMAGE), 'utf16le')],
  ])('refuses %j, which is no UTF-8 or no JSON', (bytes) => {
    expect(refusal(() => parseManifest(bytes, OCI_MANIFEST))).toMatch(/not UTF-8|not JSON/);
  });

  it('has no schema 1', () => {
    for (const type of ['manifest.v1+json', 'manifest.v1+prettyjws']) {
      expect(refusal(() => parse('{', `application/vnd.docker.distribution.${type}`))).toMatch(/^UNSUPPORTED 400: /);
    }
    expect(refusal(() => parse({ schemaVersion: 1, name: 'x', fsLayers: [] }))).toMatch(/^UNSUPPORTED 400: /);
  });

  it('reads a view into larger memory', () => {
    const bytes = Buffer.concat([Buffer.from('xxx'), Buffer.from(JSON.stringify(IMAGE)), Buffer.from('xxx')]);
    expect(parseManifest(new Uint8Array(bytes.buffer, bytes.byteOffset + 3, bytes.length - 6), undefined).mediaType).toBe(OCI_MANIFEST);
  });
});
