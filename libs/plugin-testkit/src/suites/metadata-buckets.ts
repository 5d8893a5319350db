import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';
import { MetadataFixture, attributes, byteOrder, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

export function bucketPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('buckets', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const create = (name: string, owner = '111111111111') =>
      fixture.apply<'create-bucket'>({ kind: 'create-bucket', name, owner, region: 'eu', at: 77 });
    const drop = (bucketId: number) => fixture.apply<'delete-bucket'>({ kind: 'delete-bucket', bucketId, at: 99 });

    it('finds a new bucket by name and by id', async () => {
      const { bucketId } = await create('found');
      const expected = { id: bucketId, name: 'found', owner: '111111111111', createdAt: 77, region: 'eu', versioning: 'off' };
      const { revision, objectLock, settings, ...found } = (await fixture.store.buckets.find(fixture.context, 'found'))!;
      same(found, expected);
      same({ objectLock, settings }, { objectLock: false, settings: {} });
      same(await fixture.store.buckets.findById(fixture.context, bucketId), { ...expected, revision, objectLock, settings });
      assert.equal(await fixture.store.buckets.find(fixture.context, 'nothing'), undefined);
      assert.equal(await fixture.store.buckets.findById(fixture.context, 987654321), undefined);
    });

    it('refuses a taken name and says whose it is', async () => {
      await create('taken');
      await rejects(create('taken'), 'already-exists', 'bucket-owned-by-you');
      await rejects(create('taken', '222222222222'), 'already-exists', 'bucket');
    });

    it('never uses a bucket id again', async () => {
      const { bucketId } = await create('again');
      await drop(bucketId);
      const second = await create('again');
      assert.notEqual(second.bucketId, bucketId);
      assert.equal(await fixture.store.buckets.findById(fixture.context, bucketId), undefined);
    });

    it('lists in byte order by owner, prefix and page', async () => {
      const owner = '333333333333';
      const names = ['pp-b', 'pp-a', 'pp.a', 'pp-aa', 'q', 'pp'].map((name) => `list-${name}`);
      for (const name of names) await create(name, owner);
      await create('list-pp-other', '444444444444');
      const list = async (query: { owner?: string; prefix?: string; after?: string; limit: number }) =>
        (await fixture.store.buckets.list(fixture.context, query)).map((bucket) => bucket.name);
      const sorted = [...names].sort(byteOrder);
      same(await list({ owner, limit: 100 }), sorted);
      same(await list({ owner, limit: 2 }), sorted.slice(0, 2));
      same(await list({ owner, after: sorted[1], limit: 2 }), sorted.slice(2, 4));
      same(await list({ owner, prefix: 'list-pp-', limit: 9 }), ['list-pp-a', 'list-pp-aa', 'list-pp-b']);
      same(await list({ prefix: 'list-pp-', after: 'list-pp-aa', limit: 9 }), ['list-pp-b', 'list-pp-other']);
      same(await list({ owner: '555555555555', limit: 9 }), []);
    });

    it('switches versioning, but never back to off', async () => {
      const bucketId = await fixture.bucket();
      const set = (versioning: 'off' | 'enabled' | 'suspended') => fixture.versioning(bucketId, versioning);
      await set('off');
      await set('enabled');
      assert.equal((await fixture.store.buckets.findById(fixture.context, bucketId))?.versioning, 'enabled');
      await set('suspended');
      await rejects(set('off'), 'invalid-argument');
      assert.equal((await fixture.store.buckets.findById(fixture.context, bucketId))?.versioning, 'suspended');
    });

    it('deletes an empty bucket only, and aborts its uploads', async () => {
      const bucketId = await fixture.bucket('enabled');
      const { versionId } = await fixture.put(bucketId, 'key');
      await rejects(drop(bucketId), 'conflict', 'bucket-not-empty');
      const marker = await fixture.remove(bucketId, 'key');
      await fixture.remove(bucketId, 'key', versionId);
      await rejects(drop(bucketId), 'conflict', 'bucket-not-empty');
      await fixture.remove(bucketId, 'key', marker.versionId);
      const upload = { bucketId, key: 'u', uploadId: 'aborted-with-bucket' };
      await fixture.apply<'create-upload'>({
        kind: 'create-upload',
        ...upload,
        attributes: attributes(''),
        initiator: 'i',
        initiatorAccount: 'a',
        at: 1,
      });
      await drop(bucketId);
      assert.equal(await fixture.store.uploads.find(fixture.context, upload), undefined);
      await rejects(drop(bucketId), 'not-found', 'bucket');
    });

    it('refuses intents on a bucket that is gone', async () => {
      const bucketId = await fixture.bucket();
      await drop(bucketId);
      await rejects(fixture.put(bucketId, 'k'), 'not-found', 'bucket');
      await rejects(fixture.remove(bucketId, 'k'), 'not-found', 'bucket');
      await rejects(fixture.versioning(bucketId, 'enabled'), 'not-found', 'bucket');
      same(await fixture.usage(bucketId), { objects: 0, bytes: 0 });
    });

    it('does nothing for a caller who went away', async () => {
      const gone = testContext({ signal: AbortSignal.abort() });
      const intent = { kind: 'create-bucket', name: 'gone', owner: 'o', region: 'r', at: 1 } as const;
      await rejects(fixture.apply<'create-bucket'>(intent, gone), 'aborted');
      assert.equal(await fixture.store.buckets.find(fixture.context, 'gone'), undefined);
    });
  });
}
