import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OCI_INDEX, OCI_MANIFEST, descriptorOf, digestOf, imageOf, indexOf, manifestBytes, referrerOf } from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import { OciWorld } from '../harness/oci-world.js';

const image = imageOf('config', ['layer']);
let world: OciWorld;
let client: OciClient;

describe('referrers', () => {
  const R = 'referrers/app';
  const subject = manifestBytes(image).descriptor;
  const made = ['application/vnd.sbom+json', 'application/vnd.signature', 'application/vnd.sbom+json'].map((type, i) => manifestBytes(referrerOf(subject, type, { number: String(i) })));
  const list = async (query = '', of = subject.digest) => {
    const { status, headers, text } = await client.get(`/v2/${R}/referrers/${of}${query}`);
    expect([status, headers['content-type']]).toEqual([200, OCI_INDEX]);
    return { headers, index: JSON.parse(text) as { schemaVersion: number; mediaType: string; manifests: { digest: string; artifactType: string; annotations: object }[] } };
  };
  beforeAll(async () => {
    world = await OciWorld.start();
    client = world.alice;
    for (const bytes of ['config', 'layer', '{}']) await client.pushBlob(R, bytes);
  });
  afterAll(() => world.remove());

  it('are an empty index where there are none, also of what is not there', async () => {
    for (const of of [subject.digest, digestOf('never'), digestOf('never', 'sha512'), `sha384:${'0'.repeat(96)}`]) {
      expect((await list('', of)).index).toEqual({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] });
    }
    expect((await client.get(`/v2/referrers/nowhere/referrers/${subject.digest}`)).status).toBe(200);
    expect((await client.get(`/v2/${R}/referrers/sha256:abc`)).codes).toEqual(['DIGEST_INVALID']);
  });

  it('come before their subject and stay, with what they say of themselves', async () => {
    for (const [i, { text, digest: own }] of made.entries()) {
      const answer = await client.putManifest(R, i === 0 ? own : `r-${i}`, text);
      expect([answer.status, answer.headers['oci-subject']]).toEqual([201, subject.digest]);
    }
    expect((await client.putManifest(R, 'subject', image)).headers['oci-subject']).toBeUndefined();
    const { index, headers } = await list();
    const sorted = made.map(({ text, descriptor }) => ({ ...descriptor, artifactType: (JSON.parse(text) as { artifactType: string }).artifactType, annotations: (JSON.parse(text) as { annotations: object }).annotations })).sort((a, b) => (a.digest < b.digest ? -1 : 1));
    expect([index.manifests, headers['oci-filters-applied'], headers.link]).toEqual([sorted, undefined, undefined]);
  });

  it('are filtered by type, and say so', async () => {
    for (const [type, count] of [['application/vnd.sbom%2Bjson', 2], ['application/vnd.sbom+json', 2], ['application/vnd.signature', 1], ['application/none', 0]] as const) {
      const { index, headers } = await list(`?artifactType=${type}`);
      expect([type, index.manifests.length, headers['oci-filters-applied']]).toEqual([type, count, 'artifactType']);
    }
  });

  it('come in pages, which keep the filter', async () => {
    const pages = async (query: string) => (await client.pages<{ manifests: { digest: string }[] }>(`/v2/${R}/referrers/${subject.digest}${query}`)).map(({ manifests }) => manifests.map((one) => one.digest));
    const all = made.map((one) => one.digest).sort();
    expect(await pages('?n=2')).toEqual([all.slice(0, 2), all.slice(2)]);
    const sboms = [made[0]!.digest, made[2]!.digest].sort();
    expect(await pages('?n=1&artifactType=application%2Fvnd.sbom%2Bjson')).toEqual(sboms.map((one) => [one]));
  });

  it('go when they are deleted, and not with their subject', async () => {
    expect((await client.delete(`/v2/${R}/manifests/${subject.digest}`)).status).toBe(202);
    expect((await list()).index.manifests).toHaveLength(3);
    expect((await client.delete(`/v2/${R}/manifests/${made[1]!.digest}`)).status).toBe(202);
    expect((await list()).index.manifests.map((one) => one.digest)).not.toContain(made[1]!.digest);
  });

  it('may be images of a config’s type, and indexes', async () => {
    const about = descriptorOf('something', OCI_MANIFEST);
    await client.putManifest(R, 'by-config', imageOf('config', ['layer'], { subject: about }));
    await client.putManifest(R, 'by-index', indexOf([], { subject: about, artifactType: 'application/vnd.set' }), OCI_INDEX);
    expect((await list('', about.digest)).index.manifests.map((one) => one.artifactType).sort()).toEqual(['application/vnd.oci.image.config.v1+json', 'application/vnd.set']);
  });
});
