import assert from 'node:assert/strict';
import type { BucketSettings, ConfigureBucket, CreateBucket } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

const SETTINGS: BucketSettings = {
  objectOwnership: 'ObjectWriter',
  acl: [
    { grantee: { kind: 'account', account: '111111111111' }, permission: 'FULL_CONTROL' },
    { grantee: { kind: 'group', group: 'all-users' }, permission: 'READ' },
  ],
  publicAccessBlock: { blockPublicAcls: true, ignorePublicAcls: false, blockPublicPolicy: true, restrictPublicBuckets: false },
  policy: '{ "Statement": [] , "é": "\u{1F600}" }',
  cors: [{ allowedOrigins: ['*'], allowedMethods: ['GET'], allowedHeaders: ['x-*'], exposeHeaders: [], maxAgeSeconds: 7 }],
  tags: { team: 'a', __proto__x: '' },
  defaultRetention: { mode: 'GOVERNANCE', days: 3 },
  requestPayer: 'Requester',
};

export function settingsPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('settings of buckets', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const create = async (more: Partial<CreateBucket> = {}) => {
      const name = `settings-${fixture.unique()}`;
      const { bucketId } = await fixture.apply<'create-bucket'>({ kind: 'create-bucket', name, owner: '111111111111', region: 'r', at: 1, ...more });
      return bucketId;
    };
    const configure = (bucketId: number, change: Partial<ConfigureBucket>) =>
      fixture.apply<'configure-bucket'>({ kind: 'configure-bucket', bucketId, at: 2, ...change });
    const bucket = async (bucketId: number) => (await fixture.store.buckets.findById(fixture.context, bucketId))!;

    it('keeps what a bucket was made with', async () => {
      const plain = await bucket(await create());
      same(plain.settings, {});
      assert.equal(plain.objectLock, false);
      const made = await bucket(await create({ settings: SETTINGS, objectLock: true }));
      same(made.settings, SETTINGS);
      assert.equal(made.objectLock, true);
      assert.equal(made.versioning, 'enabled');
      const [listed] = await fixture.store.buckets.list(fixture.context, { prefix: made.name, limit: 1 });
      same(listed, made);
      same(await fixture.store.buckets.find(fixture.context, made.name), made);
    });

    it('sets fields that are there, removes with null, leaves the rest', async () => {
      const bucketId = await create({ settings: SETTINGS });
      await configure(bucketId, { settings: { policy: null, tags: { b: 'c' }, cors: undefined } });
      const { policy, ...rest } = SETTINGS;
      assert.ok(policy);
      same((await bucket(bucketId)).settings, { ...rest, tags: { b: 'c' } });
      await configure(bucketId, { versioning: 'enabled' });
      same((await bucket(bucketId)).settings, { ...rest, tags: { b: 'c' } });
    });

    it('answers a revision that grows with each change', async () => {
      const bucketId = await create();
      const before = (await bucket(bucketId)).revision;
      const { revision } = await configure(bucketId, { settings: { requestPayer: 'Requester' } });
      assert.ok(revision > before);
      assert.equal((await bucket(bucketId)).revision, revision);
    });

    it('holds the revision that a change was decided upon', async () => {
      const bucketId = await create();
      const { revision } = await bucket(bucketId);
      await configure(bucketId, { settings: { tags: { a: '1' } }, ifRevision: revision });
      await rejects(configure(bucketId, { settings: { tags: { a: '2' } }, ifRevision: revision }), 'conflict', 'bucket-changed');
      same((await bucket(bucketId)).settings.tags, { a: '1' });
    });

    it('lets one of many concurrent changes on the same revision win', async () => {
      const bucketId = await create();
      const { revision } = await bucket(bucketId);
      const tries = Array.from({ length: 8 }, (_, i) => configure(bucketId, { settings: { tags: { winner: String(i) } }, ifRevision: revision }));
      const settled = await Promise.allSettled(tries);
      assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
      const winner = settled.findIndex(({ status }) => status === 'fulfilled');
      same((await bucket(bucketId)).settings.tags, { winner: String(winner) });
    });

    it('does not show what is answered to be the same when it changed', async () => {
      const bucketId = await create({ settings: { tags: { a: '1' } } });
      const first = (await bucket(bucketId)).settings;
      await configure(bucketId, { settings: { tags: { a: '2' } } });
      const second = (await bucket(bucketId)).settings;
      assert.notEqual(first, second);
      same(first.tags, { a: '1' });
    });

    it('locks versions only where versioning is enabled, and keeps it enabled then', async () => {
      const bucketId = await create();
      await rejects(configure(bucketId, { objectLock: true }), 'conflict', 'versioning');
      await configure(bucketId, { versioning: 'suspended' });
      await rejects(configure(bucketId, { objectLock: true }), 'conflict', 'versioning');
      await configure(bucketId, { versioning: 'enabled', objectLock: true });
      assert.equal((await bucket(bucketId)).objectLock, true);
      await rejects(configure(bucketId, { versioning: 'suspended' }), 'conflict', 'object-lock');
      assert.equal((await bucket(bucketId)).versioning, 'enabled');
    });
  });
}
