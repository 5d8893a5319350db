import assert from 'node:assert/strict';
import type { CompleteUpload, NewBody } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, NONCE, attributes, byteOrder, inline, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

interface Named {
  readonly bucketId: number;
  readonly key: string;
  readonly uploadId: string;
}

export function uploadPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('uploads', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const checksum = { algorithm: 'CRC32', type: 'COMPOSITE' } as const;

    const begin = async (bucketId: number, key: string, at = 50, uploadId = `upload-${fixture.unique()}`): Promise<Named> => {
      const named = { bucketId, key, uploadId };
      await fixture.apply<'create-upload'>({
        kind: 'create-upload',
        ...named,
        attributes: { ...attributes('ignored'), headers: { contentType: 'text/x' }, userMetadata: { m: '1' } },
        checksum,
        initiator: 'config:me',
        initiatorAccount: '111111111111',
        at,
      });
      return named;
    };
    const part = async (upload: Named, number: number, body: NewBody, size: number) => {
      const { seq } = await fixture.apply<'put-part'>({
        kind: 'put-part',
        ...upload,
        number,
        size,
        body,
        etag: `etag-${number}`,
        checksum: { algorithm: 'CRC32', value: `sum${number}` },
        at: 60,
      });
      return { number, seq };
    };
    const textPart = (upload: Named, number: number, text: string) => part(upload, number, inline(text), text.length);
    const complete = (upload: Named, parts: CompleteUpload['parts'], extra: Partial<CompleteUpload> = {}) =>
      fixture.apply<'complete-upload'>({
        kind: 'complete-upload',
        ...upload,
        parts,
        etag: 'whole-2',
        checksum: { ...checksum, value: 'total-2' },
        partsDigest: 'digest',
        at: 70,
        nonce: NONCE,
        ...extra,
      });

    it('keeps what an upload was begun with', async () => {
      const upload = await begin(await fixture.bucket(), 'k');
      const record = await fixture.store.uploads.find(fixture.context, upload);
      assert.ok(record);
      same(record, {
        ...upload,
        initiatedAt: 50,
        attributes: { ...record.attributes },
        checksum,
        initiator: 'config:me',
        initiatorAccount: '111111111111',
      });
      assert.equal(record.attributes.etag, '');
      same(record.attributes.headers, { contentType: 'text/x' });
      same(record.attributes.userMetadata, { m: '1' });
      assert.equal(await fixture.store.uploads.find(fixture.context, { ...upload, key: 'other' }), undefined);
    });

    it('makes an object of the named parts, in order, and drops the others', async () => {
      const bucketId = await fixture.bucket();
      const upload = await begin(bucketId, 'k');
      const [one, three] = [await textPart(upload, 1, 'one,'), await textPart(upload, 3, 'three')];
      await textPart(upload, 2, 'dropped');
      same(await fixture.usage(bucketId), { objects: 0, bytes: 0 });
      const written = await complete(upload, [one, three]);
      const object = (await fixture.find(bucketId, 'k'))!;
      assert.equal(object.seq, written.seq);
      assert.equal(object.size, 9);
      assert.equal(object.partCount, 2);
      assert.equal(object.etag, 'whole-2');
      same(object.checksum, { ...checksum, value: 'total-2' });
      same(object.headers, { contentType: 'text/x' });
      assert.equal(await fixture.textOf(object), 'one,three');
      same(await fixture.usage(bucketId), { objects: 1, bytes: 9 });
      assert.equal(await fixture.store.uploads.find(fixture.context, upload), undefined);
      same(await fixture.store.uploads.parts(fixture.context, upload.uploadId, { after: 0, limit: 10 }), []);
      assert.ok(object.body.kind === 'extents');
      const parts = await fixture.store.objects.bodyParts(fixture.context, object.body.bodyId, { after: 0, limit: 10 });
      same(parts, [
        { number: 1, start: 0, size: 4, checksum: 'sum1' },
        { number: 3, start: 4, size: 5, checksum: 'sum3' },
      ]);
      same(await fixture.store.objects.bodyParts(fixture.context, object.body.bodyId, { after: 1, limit: 1 }), [parts[1]]);
    });

    it('finds extents by position', async () => {
      const bucketId = await fixture.bucket();
      const upload = await begin(bucketId, 'k');
      const parts = [];
      for (let number = 1; number <= 20; number++) parts.push(await textPart(upload, number, 'x'.repeat(number)));
      await complete(upload, parts);
      const object = (await fixture.find(bucketId, 'k'))!;
      assert.ok(object.body.kind === 'extents');
      const { bodyId } = object.body;
      const starts = async (from: number, length: number) =>
        (await fixture.store.objects.extents(fixture.context, bodyId, from, length)).map((extent) => [extent.start, extent.length]);
      same(await starts(0, 1), [[0, 1]]);
      same(await starts(1, 2), [[1, 2]]);
      same(await starts(2, 2), [[1, 2], [3, 3]]);
      same(await starts(209, 100), [[190, 20]]);
      same(await starts(210, 5), []);
      assert.equal((await starts(0, 210)).length, 20);
      await fixture.remove(bucketId, 'k');
      same(await starts(0, 210), []);
    });

    it('copies ranges over the parts of a body', async () => {
      const bucketId = await fixture.bucket();
      const upload = await begin(bucketId, 'source');
      const { seq } = await complete(upload, [await textPart(upload, 1, '01234'), await textPart(upload, 2, '56789')]);
      const from = { bucketId, key: 'source', seq };
      await fixture.put(bucketId, 'across', { kind: 'copy', from, range: { offset: 3, length: 4 } });
      await fixture.put(bucketId, 'inside', { kind: 'copy', from, range: { offset: 6, length: 2 } });
      const second = await begin(bucketId, 'joined');
      const parts = [
        await part(second, 1, { kind: 'copy', from, range: { offset: 1, length: 8 } }, 8),
        await textPart(second, 2, ''),
        await textPart(second, 3, '!'),
      ];
      await complete(second, parts);
      await fixture.remove(bucketId, 'source');
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'across')), '3456');
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'inside')), '67');
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'joined')), '12345678!');
      assert.equal((await fixture.find(bucketId, 'across'))?.partCount, undefined);
    });

    it('replaces parts and notices it at completion', async () => {
      const upload = await begin(await fixture.bucket(), 'k');
      const old = await textPart(upload, 7, 'old');
      const present = await textPart(upload, 7, 'newer');
      assert.ok(present.seq > old.seq);
      const list = await fixture.store.uploads.parts(fixture.context, upload.uploadId, { after: 0, limit: 10 });
      same(list, [
        { number: 7, seq: present.seq, size: 5, etag: 'etag-7', modifiedAt: 60, checksum: { algorithm: 'CRC32', value: 'sum7' } },
      ]);
      await rejects(complete(upload, [old]), 'conflict', 'part');
      await rejects(complete(upload, [present, { number: 8, seq: 1 }]), 'conflict', 'part');
      await complete(upload, [present]);
    });

    it('holds the precondition of a completion', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'k', 'here');
      const upload = await begin(bucketId, 'k');
      const parts = [await textPart(upload, 1, 'a')];
      await rejects(complete(upload, parts, { precondition: { ifNoneMatch: ['*'] } }), 'precondition-failed');
      await complete(upload, parts, { precondition: { ifMatch: ['here'] } });
    });

    it('remembers completions until they are forgotten', async () => {
      const bucketId = await fixture.bucket('enabled');
      const upload = await begin(bucketId, 'k');
      const written = await complete(upload, [await textPart(upload, 1, 'a')], { at: 500 });
      await rejects(complete(upload, [{ number: 1, seq: 1 }]), 'not-found', 'upload');
      const remembered = {
        ...upload,
        completedAt: 500,
        etag: 'whole-2',
        versionId: written.versionId,
        checksum: { ...checksum, value: 'total-2' },
        partsDigest: 'digest',
      };
      same(await fixture.store.uploads.completed(fixture.context, upload.uploadId), remembered);
      const forget = (before: number) => fixture.apply<'forget-completed-uploads'>({ kind: 'forget-completed-uploads', before, limit: 100 });
      await forget(500);
      assert.ok(await fixture.store.uploads.completed(fixture.context, upload.uploadId));
      assert.ok((await forget(501)).forgotten >= 1);
      assert.equal(await fixture.store.uploads.completed(fixture.context, upload.uploadId), undefined);
      assert.equal((await forget(501)).forgotten, 0);
    });

    it('aborts, and then knows the upload no more', async () => {
      const upload = await begin(await fixture.bucket(), 'k');
      await textPart(upload, 1, 'a');
      await rejects(fixture.apply<'abort-upload'>({ kind: 'abort-upload', ...upload, key: 'other', at: 1 }), 'not-found', 'upload');
      await fixture.apply<'abort-upload'>({ kind: 'abort-upload', ...upload, at: 1 });
      await rejects(fixture.apply<'abort-upload'>({ kind: 'abort-upload', ...upload, at: 1 }), 'not-found', 'upload');
      await rejects(textPart(upload, 2, 'b'), 'not-found', 'upload');
    });

    it('lists by key, time and id, and pages with or without an id', async () => {
      const bucketId = await fixture.bucket();
      for (const [key, at, id] of [['b', 2, 'zz'], ['b', 1, 'b1'], ['b', 1, 'a1'], ['a/x', 9, 'ax'], ['a/y', 1, 'ay'], ['\u{1F600}', 1, 'e'], ['\uFFFD', 1, 'f']] as const) {
        await begin(bucketId, key, at, `${id}-${bucketId}`);
      }
      const list = async (query: { delimiter?: string; after?: { key: string; uploadId?: string }; prefix?: string; limit?: number }) => {
        const page = await fixture.store.uploads.list(fixture.context, { bucketId, prefix: '', limit: 100, ...query });
        return page.entries.map((entry) => (entry.kind === 'prefix' ? entry.prefix : entry.upload.uploadId.split('-')[0]));
      };
      same(await list({}), ['ax', 'ay', 'a1', 'b1', 'zz', 'f', 'e']);
      same(await list({ delimiter: '/' }), ['a/', 'a1', 'b1', 'zz', 'f', 'e']);
      same(await list({ delimiter: '/', after: { key: 'a/' }, limit: 2 }), ['a1', 'b1']);
      same(await list({ after: { key: 'b' } }), ['f', 'e']);
      same(await list({ after: { key: 'b', uploadId: `a1-${bucketId}` } }), ['b1', 'zz', 'f', 'e']);
      same(await list({ after: { key: 'b', uploadId: `zz-${bucketId}` }, limit: 1 }), ['f']);
      same(await list({ prefix: 'a/', limit: 1 }), ['ax']);
      same(await list({ limit: 0 }), []);
      const old = await fixture.store.uploads.olderThan(fixture.context, 2, 10_000);
      const mine = old.filter((upload) => upload.bucketId === bucketId).map((upload) => upload.uploadId.split('-')[0]!);
      same(mine.sort(byteOrder), ['a1', 'ay', 'b1', 'e', 'f']);
    });
  });
}
