import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWNER, ViewFixture, context, digestOf, sameBytes } from './views.spec.fixture.js';

interface Shown {
  readonly artifactType: string;
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string; readonly size: number; readonly annotations: Record<string, string> }[];
}

let fixture: ViewFixture;
let id: number;
beforeEach(async () => {
  fixture = await ViewFixture.start();
  ({ id } = await fixture.viewRepository());
});

const tagged = (tag: string) => fixture.store.artifacts.manifest(context, id, { tag }, { body: true });
const named = (digest: string) => fixture.store.artifacts.manifest(context, id, { digest }, { body: true });
const blob = (digest: string) => fixture.store.artifacts.blob(context, id, digest, { body: true });
async function shown(tag: string): Promise<Shown> {
  const found = (await tagged(tag))!;
  if (found.body.kind !== 'inline') throw new Error('manifests made on demand are at hand');
  expect(digestOf(found.body.bytes!)).toBe(found.digest);
  return JSON.parse(Buffer.from(found.body.bytes!).toString()) as Shown;
}

describe('a bucket as a repository', () => {
  it('is a repository of its owner, among others', async () => {
    expect(await fixture.viewRepository()).toMatchObject({ name: 's3/models', owner: OWNER, createdAt: 20 });
    expect((await fixture.store.repositories.findById(context, id))!.name).toBe('s3/models');
    expect((await fixture.store.repositories.list(context, { limit: 10 })).map(({ name }) => name)).toEqual(['s3/models', 'team/app']);
  });

  it('shows an object as an artifact of one layer, whose digest stays', async () => {
    await fixture.put('nets/small.bin', sameBytes('small'), 5);
    await fixture.put('large.bin', fixture.stored('large bytes', 'locator-1'), 11);
    const { layers, config } = await shown('nets_2fsmall.bin');
    expect(layers).toEqual([expect.objectContaining({ digest: digestOf('small'), size: 5, annotations: { 'org.opencontainers.image.title': 'small.bin' } })]);
    const large = await shown('large.bin');
    expect(large.layers[0]).toMatchObject({ digest: digestOf('large bytes'), size: 11 });
    const first = (await tagged('large.bin'))!.digest;
    await fixture.put('large.bin', fixture.stored('large bytes', 'locator-2'), 11);
    expect((await tagged('large.bin'))!.digest).toBe(first);
    await fixture.put('large.bin', fixture.stored('other bytes', 'locator-3'), 11);
    expect((await tagged('large.bin'))!.digest).not.toBe(first);
    expect((await blob(config.digest))!.size).toBe(2);
  });

  it('finds by digest what a tag led to, for as long as it is there', async () => {
    await fixture.put('small.bin', sameBytes('small'), 5);
    expect(await blob(digestOf('small'))).toBeUndefined();
    const { digest } = (await tagged('small.bin'))!;
    expect((await named(digest))!.digest).toBe(digest);
    const found = (await blob(digestOf('small')))!;
    expect(found.body.kind === 'inline' && Buffer.from(found.body.bytes!).toString()).toBe('small');
    await fixture.put('small.bin', sameBytes('replaced'), 8);
    expect(await named(digest)).toBeUndefined();
    expect(await blob(digestOf('small'))).toBeUndefined();
  });

  it('shows an object of several parts as as many layers', async () => {
    const { id: bucketId } = (await fixture.raw.buckets.find(context, 'models'))!;
    const upload = { bucketId, key: 'parts.bin', uploadId: 'u1' };
    const attributes = { etag: '', owner: OWNER, storageClass: 'STANDARD', headers: {}, userMetadata: {} };
    await fixture.raw.apply(context, { kind: 'create-upload', ...upload, attributes, initiator: 'i', initiatorAccount: 'a', at: 1 });
    const part = async (number: number, body: Parameters<ViewFixture['put']>[1], size: number) =>
      ({ number, ...(await fixture.raw.apply<'put-part'>(context, { kind: 'put-part', ...upload, number, size, body, etag: 'e', at: 1 })) });
    const parts = [await part(1, fixture.stored('first part', 'p1'), 10), await part(2, sameBytes('second'), 6)];
    await fixture.raw.apply(context, { kind: 'complete-upload', ...upload, parts, etag: 'e', partsDigest: 'd', at: 1, nonce: '0123456789abcdef' });
    const { layers } = await shown('parts.bin');
    expect(layers.map(({ digest, size, annotations }) => [digest, size, annotations['org.opencontainers.image.title']])).toEqual([
      [digestOf('first part'), 10, 'parts.bin.part-00001'],
      [digestOf('second'), 6, 'parts.bin.part-00002'],
    ]);
    expect((await blob(digestOf('first part')))!.body).toMatchObject({ kind: 'content', locator: 'p1', offset: 0 });
    expect((await blob(digestOf('second')))!.body.kind).toBe('inline');
  });

  it('does not show what is only a part of other bytes', async () => {
    await fixture.put('whole', fixture.stored('whole bytes', 'locator-1'), 11);
    const { id: bucketId } = (await fixture.raw.buckets.find(context, 'models'))!;
    const { seq } = (await fixture.raw.objects.find(context, { bucketId, key: 'whole' }))!;
    await fixture.put('piece', { kind: 'copy', from: { bucketId, key: 'whole', seq }, range: { offset: 2, length: 5 } }, 5);
    expect(await tagged('piece')).toBeUndefined();
    expect(await tagged('whole')).toBeDefined();
  });

  it('lists the tags of its keys, page by page', async () => {
    for (const key of ['b', 'a/x', 'a', 'c'.repeat(129)]) await fixture.put(key, sameBytes(key), key.length);
    const list = async (query: { after?: string; limit: number }) => (await fixture.store.artifacts.tags(context, id, query)).map(({ name }) => name);
    expect(await list({ limit: 10 })).toEqual(['a', 'a_2fx', 'b']);
    expect(await list({ limit: 1, after: 'a' })).toEqual(['a_2fx']);
    expect(await list({ limit: 5, after: 'a_2fx' })).toEqual(['b']);
  });

  it('asks for the permission of the bucket', async () => {
    await fixture.put('secret', sameBytes('secret'), 6);
    const { digest } = (await tagged('secret'))!;
    fixture.denied = 's3:GetObject models/secret';
    await expect(tagged('secret')).rejects.toMatchObject({ code: 'access-denied' });
    await expect(named(digest)).rejects.toMatchObject({ code: 'access-denied' });
    await expect(blob(digestOf('secret'))).rejects.toMatchObject({ code: 'access-denied' });
    fixture.denied = 's3:ListBucket';
    await expect(fixture.store.artifacts.tags(context, id, { limit: 1 })).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('cannot be pushed to, deleted from, or mounted from', async () => {
    const { store } = fixture;
    const link = { kind: 'link-blob', digest: digestOf('x'), size: 1, body: sameBytes('x'), at: 1 } as const;
    await expect(store.apply(context, { ...link, repositoryId: id })).rejects.toMatchObject({ code: 'access-denied' });
    await expect(store.apply(context, { kind: 'delete-tag', repositoryId: id, tag: 't', at: 1 })).rejects.toMatchObject({ code: 'access-denied' });
    const { id: target } = (await store.repositories.find(context, 'team/app'))!;
    const mount = { kind: 'mount-blob', repositoryId: target, digest: digestOf('x'), from: id, at: 1 } as const;
    await expect(store.apply(context, mount)).rejects.toMatchObject({ code: 'not-found', details: { reason: 'blob' } });
  });
});
