import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../names/digest.js';
import { DEFAULT_MANIFEST_LIMITS } from './manifest-limits.js';
import type { Manifest } from './manifest.js';
import { OCI_INDEX, OCI_MANIFEST } from './media-types.js';
import { parseManifest } from './parse-manifest.js';
import { refusal } from './refusal.spec.fixture.js';

type Json = Record<string, unknown>;

const digest = (text: string): string => digestOf('sha256', Buffer.from(text));
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('config'), size: 6 };
const LAYER = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digest('layer'), size: 5 };
const ENTRY = { mediaType: OCI_MANIFEST, digest: digest('entry'), size: 5 };
const IMAGE = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: CONFIG, layers: [LAYER] };
const INDEX = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [ENTRY] };

function parse(document: unknown, contentType?: string, limits?: Partial<typeof DEFAULT_MANIFEST_LIMITS>): Manifest {
  const bytes = typeof document === 'string' ? Buffer.from(document) : Buffer.from(JSON.stringify(document));
  return parseManifest(bytes, contentType, { ...DEFAULT_MANIFEST_LIMITS, ...limits });
}

describe('limits of manifests', () => {
  const layers = (count: number): Json[] => Array.from({ length: count }, () => LAYER);
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

  it.each<[string, () => Manifest, string]>([
    ['bytes', () => parse({ ...IMAGE, x: 'x'.repeat(1000) }, OCI_MANIFEST, { bytes: 1000 }), 'MANIFEST_INVALID 413: manifest too large'],
    ['references', () => parse({ ...IMAGE, layers: layers(10) }, OCI_MANIFEST, { references: 10 }), 'MANIFEST_INVALID 400: manifest invalid: more than 10 references'],
    ['entries', () => parse({ ...INDEX, manifests: layers(11) }, OCI_INDEX, { references: 10 }), 'MANIFEST_INVALID 400: manifest invalid: more than 10 references'],
    ['depth', () => parse({ ...IMAGE, x: nested(32) }), 'MANIFEST_INVALID 400: manifest invalid: nested deeper than 32'],
    ['keys', () => parse({ ...IMAGE, annotations: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [i, ''])) }, OCI_MANIFEST, { keys: 20 }), 'MANIFEST_INVALID 400: manifest invalid: an object has more than 20 keys'],
    ['values', () => parse({ ...IMAGE, x: Array(100).fill(0) }, OCI_MANIFEST, { values: 100 }), 'MANIFEST_INVALID 400: manifest invalid: more than 100 values'],
  ])('%s', (_name, run, expected) => {
    expect(refusal(run)).toBe(expected);
  });

  it('leave room', () => {
    expect(parse({ ...IMAGE, layers: layers(9) }, OCI_MANIFEST, { references: 10 }).references).toHaveLength(10);
    expect(refusal(() => parse({ ...IMAGE, x: nested(31) }))).toBe('accepted');
    expect(parse({ ...IMAGE, layers: layers(9999) }).references).toHaveLength(10_000);
    // What the conformance suite pushes as a large manifest.
    const annotations = Object.fromEntries(Array.from({ length: 390 }, (_, i) => [`large-annotation-${i}`, 'A'.repeat(10_000)]));
    expect(Object.keys(parse({ ...IMAGE, annotations }).annotations)).toHaveLength(390);
  });

  it('hold against hostile bytes in time', () => {
    const size = 4 * 1024 * 1024;
    const texts = [
      '['.repeat(size),
      '{"a":'.repeat(size / 5),
      `"${'\\"'.repeat(size / 2 - 1)}`,
      `{"a":"${'x'.repeat(size - 6)}`,
      `[${'[],'.repeat(size / 3 - 2)}1]`,
      `{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
      ']'.repeat(size),
      '\\'.repeat(size),
      `${'1'.repeat(size)}`,
      `{"a":[${Array.from({ length: 70_000 }, (_, i) => `{"k${i}":1}`).join(',')}]}`,
    ];
    for (const text of texts) {
      const started = performance.now();
      expect(refusal(() => parse(text, OCI_MANIFEST))).toMatch(/^MANIFEST_INVALID 4/);
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });

  it('never throw anything else', () => {
    let seed = 5;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const documents = [{ ...IMAGE, subject: ENTRY, annotations: { a: 'b' } }, { ...INDEX, manifests: [{ ...ENTRY, platform: { architecture: 'a', os: 'b' } }] }];
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(JSON.stringify(documents[round % 2]));
      for (let change = 0; change <= random(3); change++) bytes[random(bytes.length)] = random(256);
      expect(typeof refusal(() => parseManifest(bytes, random(2) === 0 ? undefined : OCI_MANIFEST))).toBe('string');
    }
  });
});
