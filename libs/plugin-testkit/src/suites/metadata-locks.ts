import assert from 'node:assert/strict';
import type { BucketId, DeleteObject, Retention, UpdateObject } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, NONCE, attributes, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

const DAY = 86_400_000;

export function lockPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('locks', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const lockable = async () => {
      const bucketId = await fixture.bucket('enabled');
      await fixture.apply<'configure-bucket'>({ kind: 'configure-bucket', bucketId, objectLock: true, at: 2 });
      return bucketId;
    };
    const put = (bucketId: BucketId, lock: { retention?: Retention; legalHold?: boolean }, at = 1000) =>
      fixture.put(bucketId, 'k', 'x', { attributes: lock, at });
    const remove = (bucketId: BucketId, versionId: string, more: Partial<DeleteObject> = {}) =>
      fixture.apply<'delete-object'>({ kind: 'delete-object', bucketId, key: 'k', versionId, at: 2000, nonce: NONCE, ...more });
    const update = (bucketId: BucketId, versionId: string | undefined, change: Partial<UpdateObject>) =>
      fixture.apply<'update-object'>({ kind: 'update-object', bucketId, key: 'k', versionId, at: 2000, ...change });
    const retentionOf = async (bucketId: BucketId, versionId?: string) => (await fixture.find(bucketId, 'k', versionId))?.retention;

    it('refuses locks where versions cannot be locked', async () => {
      const bucketId = await fixture.bucket('enabled');
      const retention = { mode: 'GOVERNANCE', until: 9e12 } as const;
      await rejects(put(bucketId, { retention }), 'invalid-argument', 'object-lock');
      await rejects(put(bucketId, { legalHold: true }), 'invalid-argument', 'object-lock');
      await rejects(put(bucketId, { legalHold: false }), 'invalid-argument', 'object-lock');
      const upload = { uploadId: `locked-${fixture.unique()}`, bucketId, key: 'k', initiator: 'i', initiatorAccount: 'a', at: 1 };
      const locked = { ...attributes(''), retention };
      await rejects(fixture.apply<'create-upload'>({ kind: 'create-upload', ...upload, attributes: locked }), 'invalid-argument', 'object-lock');
      await fixture.put(bucketId, 'k');
      await rejects(update(bucketId, undefined, { retention }), 'invalid-argument', 'object-lock');
      await rejects(update(bucketId, undefined, { legalHold: true }), 'invalid-argument', 'object-lock');
      assert.equal((await fixture.find(bucketId, 'k'))?.retention, undefined);
    });

    for (const mode of ['GOVERNANCE', 'COMPLIANCE'] as const) {
      it(`keeps a version under ${mode} until its time, by the time that the intent carries`, async () => {
        const bucketId = await lockable();
        const { versionId } = await put(bucketId, { retention: { mode, until: 5000 } });
        same(await retentionOf(bucketId), { mode, until: 5000 });
        await rejects(remove(bucketId, versionId!), 'locked');
        await rejects(remove(bucketId, versionId!, { at: 4999 }), 'locked');
        // A clock that runs backwards sets nothing free.
        await rejects(remove(bucketId, versionId!, { at: 1 }), 'locked');
        assert.equal((await remove(bucketId, versionId!, { at: 5000 })).removed, true);
      });
    }

    it('gives way to the bypass of a governance retention only', async () => {
      const bucketId = await lockable();
      const governed = await put(bucketId, { retention: { mode: 'GOVERNANCE', until: 5000 } });
      const complied = await put(bucketId, { retention: { mode: 'COMPLIANCE', until: 5000 } });
      assert.equal((await remove(bucketId, governed.versionId!, { bypassGovernance: true })).removed, true);
      await rejects(remove(bucketId, complied.versionId!, { bypassGovernance: true }), 'locked');
    });

    it('keeps a version under legal hold whatever its retention says', async () => {
      const bucketId = await lockable();
      const { versionId } = await put(bucketId, { legalHold: true, retention: { mode: 'GOVERNANCE', until: 1 } });
      await rejects(remove(bucketId, versionId!, { at: 9e12, bypassGovernance: true }), 'locked');
      same(await update(bucketId, versionId, { legalHold: false }), { seq: (await fixture.find(bucketId, 'k'))!.seq, versionId });
      assert.equal((await fixture.find(bucketId, 'k'))?.legalHold, false);
      assert.equal((await remove(bucketId, versionId!)).removed, true);
    });

    it('lets a delete marker stand over a locked version, and be removed', async () => {
      const bucketId = await lockable();
      const { versionId } = await put(bucketId, { legalHold: true });
      const marker = await fixture.remove(bucketId, 'k');
      assert.equal(marker.deleteMarker, true);
      assert.equal((await remove(bucketId, marker.versionId!)).removed, true);
      assert.equal((await fixture.find(bucketId, 'k'))?.versionId, versionId);
    });

    it('gives the default of the bucket to versions that name none', async () => {
      const bucketId = await lockable();
      const configure = (settings: object) => fixture.apply<'configure-bucket'>({ kind: 'configure-bucket', bucketId, settings, at: 3 });
      await configure({ defaultRetention: { mode: 'COMPLIANCE', days: 2 } });
      await put(bucketId, {}, 7000);
      same(await retentionOf(bucketId), { mode: 'COMPLIANCE', until: 7000 + 2 * DAY });
      await put(bucketId, { retention: { mode: 'GOVERNANCE', until: 8000 } });
      same(await retentionOf(bucketId), { mode: 'GOVERNANCE', until: 8000 });
      await configure({ defaultRetention: { mode: 'GOVERNANCE', years: 1 } });
      await put(bucketId, { legalHold: true }, 9000);
      same(await retentionOf(bucketId), { mode: 'GOVERNANCE', until: 9000 + 365 * DAY });
      await configure({ defaultRetention: null });
      await put(bucketId, {});
      assert.equal(await retentionOf(bucketId), undefined);
    });

    it('locks what a Complete makes, by the time of the Complete', async () => {
      const bucketId = await lockable();
      await fixture.apply<'configure-bucket'>({ kind: 'configure-bucket', bucketId, settings: { defaultRetention: { mode: 'COMPLIANCE', days: 1 } }, at: 3 });
      const complete = async (lock: { retention?: Retention; legalHold?: boolean }) => {
        const upload = { bucketId, key: 'k', uploadId: `u-${fixture.unique()}` };
        const made = { ...attributes(''), ...lock };
        await fixture.apply<'create-upload'>({ kind: 'create-upload', ...upload, attributes: made, initiator: 'i', initiatorAccount: 'a', at: 5 });
        const body = { kind: 'inline', bytes: Buffer.from('part') } as const;
        const { seq } = await fixture.apply<'put-part'>({ kind: 'put-part', ...upload, number: 1, size: 4, body, etag: 'e', at: 6 });
        const parts = [{ number: 1, seq }];
        await fixture.apply<'complete-upload'>({ kind: 'complete-upload', ...upload, parts, etag: 'e-1', partsDigest: 'd', at: 5000, nonce: NONCE });
        return (await fixture.find(bucketId, 'k'))!;
      };
      same((await complete({})).retention, { mode: 'COMPLIANCE', until: 5000 + DAY });
      const named = await complete({ retention: { mode: 'GOVERNANCE', until: 77 }, legalHold: true });
      same(named.retention, { mode: 'GOVERNANCE', until: 77 });
      assert.equal(named.legalHold, true);
    });

    it('lets a retention in force be prolonged, and weakened only by bypass of governance', async () => {
      const bucketId = await lockable();
      const { versionId } = await put(bucketId, { retention: { mode: 'GOVERNANCE', until: 5000 } });
      const set = (retention: Retention | null, more: Partial<UpdateObject> = {}) => update(bucketId, versionId, { retention, ...more });
      await set({ mode: 'GOVERNANCE', until: 6000 });
      await rejects(set({ mode: 'GOVERNANCE', until: 5999 }), 'locked');
      await rejects(set(null), 'locked');
      await set({ mode: 'GOVERNANCE', until: 3000 }, { bypassGovernance: true });
      await rejects(set({ mode: 'COMPLIANCE', until: 4000 }), 'locked');
      await set({ mode: 'COMPLIANCE', until: 4000 }, { bypassGovernance: true });
      await rejects(set({ mode: 'GOVERNANCE', until: 9000 }, { bypassGovernance: true }), 'locked');
      await rejects(set({ mode: 'COMPLIANCE', until: 3999 }, { bypassGovernance: true }), 'locked');
      await rejects(set(null, { bypassGovernance: true }), 'locked');
      await set({ mode: 'COMPLIANCE', until: 4500 });
      same(await retentionOf(bucketId), { mode: 'COMPLIANCE', until: 4500 });
      // Out of force it is as if it were not there.
      await set({ mode: 'GOVERNANCE', until: 4600 }, { at: 4500 });
      await set(null, { at: 4600 });
      assert.equal(await retentionOf(bucketId), undefined);
    });

    it('changes nothing else with a refused change', async () => {
      const bucketId = await lockable();
      const { versionId } = await put(bucketId, { retention: { mode: 'COMPLIANCE', until: 5000 } });
      await rejects(update(bucketId, versionId, { retention: null, tags: { a: 'b' }, legalHold: true }), 'locked');
      const found = await fixture.find(bucketId, 'k');
      assert.equal(found?.tags, undefined);
      assert.ok(!found?.legalHold);
    });
  });
}
