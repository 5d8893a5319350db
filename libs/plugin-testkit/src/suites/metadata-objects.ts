import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { MetadataFixture, inline, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

export function objectPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('objects', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;

    it('answers all that was put', async () => {
      const bucketId = await fixture.bucket();
      const headers = { contentType: 'text/plain', cacheControl: 'no-store', expires: 'tomorrow' };
      const userMetadata = { a: '1', 'b-c': 'ü\u{1F600}', __proto__x: 'y' };
      const checksum = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' } as const;
      const attributes = { etag: 'e', owner: '999999999999', storageClass: 'GLACIER', headers, userMetadata, checksum };
      const written = await fixture.put(bucketId, 'key', 'hello', { attributes, at: 12345 });
      assert.equal(written.versionId, undefined);
      assert.equal(written.modifiedAt, 12345);
      const { body, partCount, ...found } = (await fixture.find(bucketId, 'key'))!;
      same(found, {
        ...attributes,
        bucketId,
        key: 'key',
        seq: written.seq,
        versionId: 'null',
        isLatest: true,
        deleteMarker: false,
        size: 5,
        modifiedAt: 12345,
      });
      assert.equal(partCount, undefined);
      assert.equal(body.kind, 'inline');
      assert.equal(Buffer.from(body.bytes!).toString(), 'hello');
      assert.equal(Buffer.from((await fixture.store.objects.inlineBytes(fixture.context, body.inlineId))!).toString(), 'hello');
      const lean = await fixture.store.objects.find(fixture.context, { bucketId, key: 'key' });
      assert.ok(lean?.body.kind === 'inline' && lean.body.bytes === undefined);
      assert.equal(await fixture.store.objects.inlineBytes(fixture.context, 987654321), undefined);
    });

    it('keeps keys exact', async () => {
      const bucketId = await fixture.bucket();
      const keys = ['a', 'A', 'a/', '/a', 'a//b', '.', '..', ' ', 'nul\0nul', 'nul\0', '\u{1F600}', '\uFFFD', 'ä', 'a\u0308', 'k'.repeat(1024), '%2F+'];
      for (const key of keys) await fixture.put(bucketId, key, `of ${key}`);
      for (const key of keys) assert.equal(await fixture.textOf(await fixture.find(bucketId, key)), `of ${key}`);
      assert.equal((await fixture.usage(bucketId)).objects, keys.length);
    });

    it('keeps a view of a larger buffer as it was when it was handed over', async () => {
      const bucketId = await fixture.bucket();
      const pool = new Uint8Array(new SharedArrayBuffer(64)).fill(7);
      await fixture.put(bucketId, 'pooled', { kind: 'inline', bytes: pool.subarray(10, 20) });
      pool.fill(9);
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'pooled')), '\u0007'.repeat(10));
    });

    it('stores an empty body', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'empty', '');
      same((await fixture.find(bucketId, 'empty'))?.body, { kind: 'empty' });
      same(await fixture.usage(bucketId), { objects: 1, bytes: 0 });
    });

    it('refuses a body of another length', async () => {
      const bucketId = await fixture.bucket();
      await rejects(fixture.put(bucketId, 'short', 'abc', { size: 4 }), 'invalid-argument');
      assert.equal(await fixture.find(bucketId, 'short'), undefined);
    });

    it('replaces without versioning, with a greater number', async () => {
      const bucketId = await fixture.bucket();
      const first = await fixture.put(bucketId, 'key', 'one');
      const replaced = await fixture.find(bucketId, 'key');
      const second = await fixture.put(bucketId, 'key', 'three');
      assert.ok(second.seq > first.seq);
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'key')), 'three');
      assert.ok(replaced?.body.kind === 'inline');
      assert.equal(await fixture.store.objects.inlineBytes(fixture.context, replaced.body.inlineId), undefined);
      same(await fixture.usage(bucketId), { objects: 1, bytes: 5 });
    });

    it('deletes without versioning; what is absent is success', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'key');
      same(await fixture.remove(bucketId, 'key'), { removed: true, deleteMarker: false });
      same(await fixture.remove(bucketId, 'key'), { removed: false, deleteMarker: false });
      assert.equal(await fixture.find(bucketId, 'key'), undefined);
      await fixture.put(bucketId, 'key');
      same(await fixture.remove(bucketId, 'key', 'null'), { removed: true, deleteMarker: false });
      same(await fixture.usage(bucketId), { objects: 0, bytes: 0 });
    });

    it('holds preconditions in the commit', async () => {
      const bucketId = await fixture.bucket();
      const put = (precondition: { ifMatch?: string[]; ifNoneMatch?: string[] }) => fixture.put(bucketId, 'key', 'e2', { precondition });
      await rejects(put({ ifMatch: ['*'] }), 'not-found', 'object');
      await put({ ifNoneMatch: ['*'] });
      await rejects(put({ ifNoneMatch: ['*'] }), 'precondition-failed');
      await rejects(put({ ifNoneMatch: ['e1', 'e2'] }), 'precondition-failed');
      await put({ ifNoneMatch: ['e1'] });
      await rejects(put({ ifMatch: ['e1'] }), 'precondition-failed');
      await put({ ifMatch: ['e1', 'e2'] });
      await put({ ifMatch: ['*'] });
      const remove = (etag: string) =>
        fixture.apply<'delete-object'>({
          kind: 'delete-object',
          bucketId,
          key: 'key',
          precondition: { ifMatch: [etag] },
          at: 1,
          nonce: '0'.repeat(16),
        });
      await rejects(remove('other'), 'precondition-failed');
      await remove('e2');
      await rejects(remove('e2'), 'not-found', 'object');
    });

    it('takes a current delete marker for absence in preconditions', async () => {
      const bucketId = await fixture.bucket('enabled');
      await fixture.put(bucketId, 'key', 'e');
      await fixture.remove(bucketId, 'key');
      await rejects(fixture.put(bucketId, 'key', 'e', { precondition: { ifMatch: ['e'] } }), 'not-found', 'object');
      await fixture.put(bucketId, 'key', 'e', { precondition: { ifNoneMatch: ['*'] } });
    });

    it('copies inline bytes, whole and in part', async () => {
      const bucketId = await fixture.bucket();
      const { seq } = await fixture.put(bucketId, 'source', '0123456789');
      const from = { bucketId, key: 'source', seq };
      await fixture.put(bucketId, 'whole', { kind: 'copy', from }, { size: 10 });
      await fixture.put(bucketId, 'part', { kind: 'copy', from, range: { offset: 3, length: 4 } });
      await rejects(fixture.put(bucketId, 'beyond', { kind: 'copy', from, range: { offset: 8, length: 3 } }), 'invalid-argument');
      await fixture.put(bucketId, 'source', { kind: 'copy', from }, { size: 10 });
      await rejects(fixture.put(bucketId, 'late', { kind: 'copy', from }, { size: 10 }), 'conflict', 'source-changed');
      await fixture.remove(bucketId, 'source');
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'whole')), '0123456789');
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'part')), '3456');
    });

    it('keeps usage exact over versions, markers and replacements', async () => {
      const bucketId = await fixture.bucket('enabled');
      const first = await fixture.put(bucketId, 'a', 'four');
      await fixture.put(bucketId, 'a', 'sixsix');
      await fixture.remove(bucketId, 'a');
      same(await fixture.usage(bucketId), { objects: 2, bytes: 10 });
      await fixture.remove(bucketId, 'a', first.versionId);
      same(await fixture.usage(bucketId), { objects: 1, bytes: 6 });
      await fixture.versioning(bucketId, 'suspended');
      await fixture.put(bucketId, 'a', inline('1'));
      await fixture.put(bucketId, 'a', inline('22'));
      same(await fixture.usage(bucketId), { objects: 2, bytes: 8 });
      await fixture.remove(bucketId, 'a');
      same(await fixture.usage(bucketId), { objects: 1, bytes: 6 });
    });
  });
}
