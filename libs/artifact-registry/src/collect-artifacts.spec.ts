import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isStoreError } from '@zas/plugin-api';
import type { RepositoryRecord } from '@zas/plugin-api';
import { HOUR, RegistryFixture, digestOf } from './artifact-registry.spec.fixture.js';
import { deleteBlob, findBlob } from './blobs.js';
import type { Collected } from './collect-artifacts.js';
import { collectArtifacts, wouldCollect } from './collect-artifacts.js';
import { deleteManifest, deleteTag, findManifest } from './manifests.js';

let fixture: RegistryFixture;
let repository: RepositoryRecord;
beforeAll(async () => void (fixture = await RegistryFixture.start()));
beforeEach(async () => {
  fixture.rules = {};
  repository = await fixture.repository();
});
afterAll(async () => expect(await fixture.stop()).toBe(0));

async function collect(): Promise<string[]> {
  const would: Collected[] = [];
  for await (const one of wouldCollect(fixture.registry, fixture.context)) would.push(one);
  const gone: Collected[] = [];
  await collectArtifacts(fixture.registry, fixture.context, (one) => void gone.push(one));
  const shown = (all: Collected[]) => all.filter((one) => one.repository === repository.name).map(({ why, digest }) => `${why} ${digest}`).sort();
  expect(shown(gone)).toEqual(shown(would));
  return shown(gone);
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => (isStoreError(error) ? `${error.code} ${error.details.reason}` : error),
  );

describe('collection', () => {
  it('takes blobs that no manifest names, after the delay', async () => {
    const [used, alone] = [await fixture.blob(repository, 'used'), await fixture.blob(repository, 'alone')];
    await fixture.manifest(repository, 'image', { blobs: [used], tags: ['v1'] });
    fixture.now += HOUR;
    expect(await collect()).toEqual([]);
    fixture.now += 1;
    expect(await collect()).toEqual([`unreferenced-blob ${alone}`]);
    expect((await findBlob(fixture.registry, fixture.context, repository, used)).digest).toBe(used);
    expect(await refusal(findBlob(fixture.registry, fixture.context, repository, alone))).toBe('not-found blob');
  });

  it('spares a blob that somebody has asked for lately', async () => {
    const digest = await fixture.blob(repository, 'about to be used');
    fixture.now += HOUR - 1;
    await findBlob(fixture.registry, fixture.context, repository, digest);
    fixture.now += HOUR;
    expect(await collect()).toEqual([]);
    fixture.now += 1;
    expect(await collect()).toEqual([`unreferenced-blob ${digest}`]);
  });

  it('spares a manifest that somebody has asked for lately', async () => {
    fixture.rules = { collectUntagged: true };
    const child = await fixture.manifest(repository, 'child that is there');
    fixture.now += HOUR;
    await findManifest(fixture.registry, fixture.context, repository, { digest: child });
    fixture.now += HOUR;
    expect(await collect()).toEqual([]);
    fixture.now += 1;
    expect(await collect()).toEqual([`untagged ${child}`]);
    expect(await refusal(findManifest(fixture.registry, fixture.context, repository, { digest: child }))).toBe('not-found manifest');
  });

  it('spares what was pushed again lately', async () => {
    fixture.rules = { collectUntagged: true };
    const layer = await fixture.blob(repository, 'pushed again');
    const child = await fixture.manifest(repository, 'child pushed again');
    fixture.now += HOUR;
    await fixture.blob(repository, 'pushed again');
    await fixture.manifest(repository, 'child pushed again');
    fixture.now += HOUR;
    expect(await collect()).toEqual([]);
    await fixture.manifest(repository, 'index', { blobs: [layer], manifests: [child], tags: ['v1'] });
  });

  it('lets nobody find a blob that it takes at that moment', async () => {
    const { registry, context, metadata } = fixture;
    const digest = await fixture.blob(repository, 'taken');
    fixture.now += HOUR + 1;
    const { artifacts } = metadata;
    const blob: typeof artifacts.blob = async (...asked) => {
      const found = await artifacts.blob(...asked);
      await collect();
      return found;
    };
    const slow = { ...registry, metadata: { ...metadata, artifacts: { ...artifacts, blob }, apply: metadata.apply.bind(metadata) } };
    expect(await refusal(findBlob(slow, context, repository, digest))).toBe('not-found blob');
  });

  it('keeps untagged manifests unless the rules say otherwise, and then takes what they held', async () => {
    const layer = await fixture.blob(repository, 'layer');
    const child = await fixture.manifest(repository, 'child', { blobs: [layer] });
    const index = await fixture.manifest(repository, 'index', { manifests: [child], tags: ['v1'] });
    await deleteTag(fixture.registry, fixture.context, repository, 'v1');
    fixture.now += 2 * HOUR;
    expect(await collect()).toEqual([]);
    fixture.rules = { collectUntagged: true };
    expect(await collect()).toEqual([`untagged ${index}`]);
    fixture.now += 2 * HOUR;
    expect(await collect()).toEqual([`untagged ${child}`]);
    fixture.now += 2 * HOUR;
    expect(await collect()).toEqual([`unreferenced-blob ${layer}`]);
  });

  it('takes referrers whose subject was there and went, not those that wait for one', async () => {
    const image = await fixture.manifest(repository, 'image', { tags: ['v1'] });
    const signature = await fixture.manifest(repository, 'signature', { subject: image });
    await fixture.manifest(repository, 'early', { subject: digestOf('to come') });
    fixture.now += 2 * HOUR;
    expect(await collect()).toEqual([]);
    await deleteManifest(fixture.registry, fixture.context, repository, image);
    fixture.now += 2 * HOUR;
    expect(await collect()).toEqual([`subject-deleted ${signature}`]);
  });
});

describe('deleting', () => {
  it('protects what is referenced, unless the rules say otherwise', async () => {
    const { registry, context } = fixture;
    const layer = await fixture.blob(repository, 'layer');
    const child = await fixture.manifest(repository, 'child', { blobs: [layer] });
    await fixture.manifest(repository, 'index', { manifests: [child], tags: ['v1'] });
    expect(await refusal(deleteManifest(registry, context, repository, child))).toBe('conflict manifest-referenced');
    expect(await refusal(deleteBlob(registry, context, repository, layer))).toBe('conflict blob-referenced');
    fixture.rules = { deleteHeldManifests: true, deleteReferencedBlobs: true };
    await deleteBlob(registry, context, repository, layer);
    await deleteManifest(registry, context, repository, child);
  });

  it('leaves immutable tags and what they name', async () => {
    const { registry, context } = fixture;
    const digest = await fixture.manifest(repository, 'released', { tags: ['v1', 'latest'] });
    fixture.rules = { isImmutable: (tag) => tag.startsWith('v') };
    expect(await refusal(deleteTag(registry, context, repository, 'v1'))).toBe('conflict tag-immutable');
    expect(await refusal(deleteManifest(registry, context, repository, digest))).toBe('conflict tag-immutable');
    expect(await refusal(fixture.manifest(repository, 'other', { tags: ['v1'] }))).toBe('conflict tag-immutable');
    await deleteTag(registry, context, repository, 'latest');
    expect((await findManifest(registry, context, repository, { tag: 'v1' })).digest).toBe(digest);
  });

  it('asks about the tags that go', async () => {
    const { registry, context } = fixture;
    const digest = await fixture.manifest(repository, 'm', { tags: ['a', 'b'] });
    const asked: (readonly string[])[] = [];
    const no = deleteManifest(registry, context, repository, digest, async (tags) => {
      asked.push(tags);
      throw new Error('no');
    });
    await expect(no).rejects.toThrow('no');
    expect(asked).toEqual([['a', 'b']]);
    expect((await findManifest(registry, context, repository, { tag: 'a' })).digest).toBe(digest);
  });

  it('accepts sparse indexes where the rules say so', async () => {
    const missing = digestOf('elsewhere');
    expect(await refusal(fixture.manifest(repository, 'sparse', { manifests: [missing] }))).toBe('not-found manifest-reference');
    fixture.rules = { sparseIndexes: true };
    await fixture.manifest(repository, 'sparse', { manifests: [missing] });
    expect(await refusal(fixture.manifest(repository, 'image', { blobs: [missing] }))).toBe('not-found manifest-reference');
  });
});
