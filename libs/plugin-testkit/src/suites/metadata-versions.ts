import assert from 'node:assert/strict';
import { decodeVersionId } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, NONCE, same, type MakeMetadataStore } from './metadata-fixture.js';

export function versionPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('versions', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const text = async (bucketId: number, key: string, versionId?: string) => fixture.textOf(await fixture.find(bucketId, key, versionId));
    const shown = async (bucketId: number) => {
      const query = { bucketId, prefix: '', limit: 100 };
      const { entries } = await fixture.store.objects.listVersions(fixture.context, query);
      return entries.map((entry) => {
        assert.equal(entry.kind, 'object');
        const { versionId, isLatest, deleteMarker } = entry.object;
        return `${versionId === 'null' ? 'null' : 'id'}${deleteMarker ? ' marker' : ''}${isLatest ? ' latest' : ''}`;
      });
    };
    const visible = async (bucketId: number) => {
      const { entries } = await fixture.store.objects.list(fixture.context, { bucketId, prefix: '', limit: 100 });
      return entries.map((entry) => entry.kind === 'object' && entry.object.key);
    };

    it('keeps every version when enabled, newest first', async () => {
      const bucketId = await fixture.bucket('enabled');
      const one = await fixture.put(bucketId, 'k', 'one');
      const two = await fixture.put(bucketId, 'k', 'two');
      same(decodeVersionId(two.versionId!), { seq: two.seq, nonce: NONCE });
      assert.equal(await text(bucketId, 'k'), 'two');
      assert.equal(await text(bucketId, 'k', one.versionId), 'one');
      assert.equal((await fixture.find(bucketId, 'k', one.versionId))?.isLatest, false);
      assert.equal((await fixture.find(bucketId, 'k', two.versionId))?.isLatest, true);
      same(await shown(bucketId), ['id latest', 'id']);
    });

    it('finds no version by another nonce, number or text', async () => {
      const bucketId = await fixture.bucket('enabled');
      const { versionId } = await fixture.put(bucketId, 'k');
      const forged = versionId!.slice(0, 11) + 'z'.repeat(16);
      for (const wrong of [forged, 'null', 'nonsense', '']) {
        assert.equal(await fixture.find(bucketId, 'k', wrong), undefined);
        assert.equal((await fixture.remove(bucketId, 'k', wrong)).removed, false);
      }
      assert.equal((await fixture.find(bucketId, 'k'))?.versionId, versionId);
    });

    it('hides the object behind a delete marker and shows it again without', async () => {
      const bucketId = await fixture.bucket('enabled');
      const { versionId } = await fixture.put(bucketId, 'k', 'kept');
      const marker = await fixture.remove(bucketId, 'k');
      assert.equal(marker.deleteMarker, true);
      const current = await fixture.find(bucketId, 'k');
      assert.ok(current?.deleteMarker && current.isLatest && current.versionId === marker.versionId);
      same(current.body, { kind: 'empty' });
      assert.equal(current.size, 0);
      same(await visible(bucketId), []);
      assert.equal(await text(bucketId, 'k', versionId), 'kept');
      const removed = await fixture.remove(bucketId, 'k', marker.versionId);
      assert.ok(removed.removed && removed.deleteMarker && removed.versionId === marker.versionId);
      assert.equal(await text(bucketId, 'k'), 'kept');
      assert.equal((await fixture.find(bucketId, 'k'))?.isLatest, true);
      same(await visible(bucketId), ['k']);
    });

    it('adds a marker over nothing and over a marker', async () => {
      const bucketId = await fixture.bucket('enabled');
      assert.equal((await fixture.remove(bucketId, 'k')).deleteMarker, true);
      assert.equal((await fixture.remove(bucketId, 'k')).deleteMarker, true);
      same(await shown(bucketId), ['id marker latest', 'id marker']);
    });

    it('makes the next older version current when the newest goes', async () => {
      const bucketId = await fixture.bucket('enabled');
      const one = await fixture.put(bucketId, 'k', 'one');
      await fixture.remove(bucketId, 'k');
      const three = await fixture.put(bucketId, 'k', 'three');
      await fixture.remove(bucketId, 'k', three.versionId);
      same(await shown(bucketId), ['id marker latest', 'id']);
      same(await visible(bucketId), []);
      await fixture.remove(bucketId, 'k', one.versionId);
      same(await shown(bucketId), ['id marker latest']);
    });

    it('replaces only the null version when suspended', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'k', 'before');
      await fixture.versioning(bucketId, 'enabled');
      await fixture.put(bucketId, 'k', 'numbered');
      assert.equal(await text(bucketId, 'k', 'null'), 'before');
      await fixture.versioning(bucketId, 'suspended');
      assert.equal((await fixture.put(bucketId, 'k', 'after')).versionId, 'null');
      assert.equal(await text(bucketId, 'k', 'null'), 'after');
      assert.equal(await text(bucketId, 'k'), 'after');
      same(await shown(bucketId), ['null latest', 'id']);
      assert.equal((await fixture.put(bucketId, 'k', 'again')).versionId, 'null');
      same(await shown(bucketId), ['null latest', 'id']);
    });

    it('puts a null marker in place of the null version when suspended', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'k', 'null one');
      await fixture.versioning(bucketId, 'enabled');
      await fixture.put(bucketId, 'k', 'numbered');
      await fixture.versioning(bucketId, 'suspended');
      const marker = await fixture.remove(bucketId, 'k');
      assert.ok(marker.deleteMarker && marker.versionId === 'null');
      same(await shown(bucketId), ['null marker latest', 'id']);
      await fixture.remove(bucketId, 'k');
      same(await shown(bucketId), ['null marker latest', 'id']);
      await fixture.put(bucketId, 'k', 'over the marker');
      same(await shown(bucketId), ['null latest', 'id']);
      await fixture.remove(bucketId, 'k', 'null');
      assert.equal(await text(bucketId, 'k'), 'numbered');
    });

    it('gives numbers that grow, whatever the clock says', async () => {
      const bucketId = await fixture.bucket('enabled');
      const first = await fixture.put(bucketId, 'k', 'first', { at: 5_000 });
      const second = await fixture.put(bucketId, 'k', 'second', { at: 10 });
      assert.ok(second.seq > first.seq);
      assert.equal(await text(bucketId, 'k'), 'second');
    });

    it('holds the place of a version that is gone', async () => {
      const bucketId = await fixture.bucket('enabled');
      const ids: string[] = [];
      for (const body of ['1', '2', '3', '4']) ids.push((await fixture.put(bucketId, 'k', body)).versionId!);
      await fixture.put(bucketId, 'l', 'next key');
      await fixture.remove(bucketId, 'k', ids[2]);
      const after = async (afterVersion: string) => {
        const query = { bucketId, prefix: '', afterKey: 'k', afterVersion, limit: 10 };
        const { entries } = await fixture.store.objects.listVersions(fixture.context, query);
        return entries.map((entry) => entry.kind === 'object' && [entry.object.versionId, entry.object.isLatest]);
      };
      const last = (await fixture.find(bucketId, 'l'))!.versionId;
      same(await after(ids[2]!), [[ids[1], false], [ids[0], false], [last, true]]);
      await fixture.remove(bucketId, 'k', ids[3]);
      same(await after(ids[3]!), [[ids[1], true], [ids[0], false], [last, true]]);
    });
  });
}
