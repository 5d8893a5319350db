import assert from 'node:assert/strict';
import { INTENT_KINDS } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

export function concurrencyPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('concurrency', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;

    it('names the intents that it knows', () => {
      for (const kind of INTENT_KINDS) assert.ok(fixture.store.intents.has(kind), kind);
    });

    it('lets one that fails in a batch fail alone', async () => {
      const bucketId = await fixture.bucket();
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, (_, i) =>
          fixture.put(bucketId, `k${i}`, `${i}`, i % 5 === 3 ? { precondition: { ifMatch: ['*'] } } : {}),
        ),
      );
      results.forEach((result, i) => assert.equal(result.status, i % 5 === 3 ? 'rejected' : 'fulfilled'));
      const page = await fixture.store.objects.list(fixture.context, { bucketId, prefix: '', limit: 1000 });
      assert.equal(page.entries.length, 40);
      assert.equal((await fixture.usage(bucketId)).objects, 40);
    });

    it('lets exactly one of many creators win', async () => {
      const bucketId = await fixture.bucket();
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => fixture.put(bucketId, 'one', `${i}`, { precondition: { ifNoneMatch: ['*'] } })),
      );
      assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
      const owner = '777777777777';
      const creations = await Promise.allSettled(
        Array.from({ length: 10 }, () =>
          fixture.apply<'create-bucket'>({ kind: 'create-bucket', name: 'one-of-many', owner, region: 'r', at: 1 }),
        ),
      );
      assert.equal(creations.filter((result) => result.status === 'fulfilled').length, 1);
    });

    it('shows a write to every read once it is answered', async () => {
      const bucketId = await fixture.bucket();
      await Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          const { seq } = await fixture.put(bucketId, `k${i}`, `${i}`);
          assert.equal((await fixture.find(bucketId, `k${i}`))?.seq, seq);
        }),
      );
    });

    it('gives each version its own number', async () => {
      const bucketId = await fixture.bucket('enabled');
      const written = await Promise.all(Array.from({ length: 40 }, (_, i) => fixture.put(bucketId, 'k', `${i}`)));
      assert.equal(new Set(written.map(({ seq }) => seq)).size, 40);
      assert.equal((await fixture.find(bucketId, 'k'))?.seq, Math.max(...written.map(({ seq }) => seq)));
    });
  });
}

/** @param noRestart why the store has none; printed in place of the tests */
export function restartPromises(runner: Runner, makeStore: MakeMetadataStore, noRestart: string | undefined): void {
  runner.describe('restart', () => {
    if (noRestart !== undefined) {
      runner.it(`is skipped: ${noRestart}`, () => undefined);
      return;
    }
    const fixture = MetadataFixture.declare(runner, makeStore);

    runner.it('keeps everything over a restart, and gives greater numbers after it', async () => {
      const bucketId = await fixture.bucket('enabled');
      const before = await fixture.put(bucketId, 'k', 'kept');
      await fixture.put(bucketId, 'gone', 'x');
      await fixture.remove(bucketId, 'gone');
      const fence = await fixture.epoch('over-restart');
      const document = { namespace: 'n', collection: 'c', id: 'd', value: { kept: true } };
      const { revision } = await fixture.apply<'put-document'>({ kind: 'put-document', ...document });
      const { position } = await fixture.apply<'register-feed-reader'>({ kind: 'register-feed-reader', name: 'r', from: 'start' });
      const { entries } = await fixture.store.feed.read(fixture.context, position, 100);
      await fixture.restart();
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'k')), 'kept');
      assert.equal((await fixture.find(bucketId, 'gone'))?.deleteMarker, true);
      same(await fixture.usage(bucketId), { objects: 2, bytes: 5 });
      assert.equal((await fixture.store.leases.find(fixture.context, 'over-restart'))?.fence, fence);
      same(await fixture.store.documents.find(fixture.context, 'n', 'c', 'd'), { id: 'd', revision, value: { kept: true } });
      same((await fixture.store.feed.read(fixture.context, position, 100)).entries, entries);
      const after = await fixture.put(bucketId, 'k', 'after');
      assert.ok(after.seq > before.seq && after.seq > revision);
      assert.ok((await fixture.epoch('second')) > fence);
      await rejects(fixture.versioning(bucketId, 'off'), 'invalid-argument');
    });
  });
}
