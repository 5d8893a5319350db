import assert from 'node:assert/strict';
import { isStoreError, type ContentRecord, type NewBody } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, NONCE, attributes, newContent, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

export function contentPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('contents', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    let made = 0;
    const stored = (epoch: number, text: string, domain = ''): Extract<NewBody, { kind: 'stored' }> => ({
      kind: 'stored',
      content: newContent(`locator-${++made}`, text, domain),
      epoch,
    });
    const rowOf = async (locator: string): Promise<ContentRecord | undefined> =>
      (await fixture.store.blobs.list(fixture.context, { after: 0, limit: 10_000 })).find((row) => row.locator === locator);
    const stateOf = async (locator: string) => {
      const row = await rowOf(locator);
      return row && `${row.state} ${row.references}`;
    };
    const claim = (condemnedBefore: number, limit = 1000) =>
      fixture.apply<'claim-contents'>({ kind: 'claim-contents', condemnedBefore, limit });
    const forget = (...contentIds: number[]) => fixture.apply<'forget-contents'>({ kind: 'forget-contents', contentIds });
    const claimed = async (locator: string, before: number) => (await claim(before)).contents.find((row) => row.locator === locator);

    it('shares equal content and condemns the losing copy', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      const [first, second, third] = [stored(epoch, 'shared'), stored(epoch, 'shared'), stored(epoch, 'shared', 'secret')];
      await fixture.put(bucketId, 'a', first);
      await fixture.put(bucketId, 'b', second);
      await fixture.put(bucketId, 'c', third);
      assert.equal(await stateOf(first.content.locator), 'live 2');
      assert.equal(await stateOf(second.content.locator), 'condemned 0');
      assert.equal(await stateOf(third.content.locator), 'live 1');
      const { body } = (await fixture.find(bucketId, 'b'))!;
      const row = await rowOf(first.content.locator);
      same(body, { kind: 'content', contentId: row!.id, locator: first.content.locator, contentSize: first.content.size, offset: 0 });
      same(await fixture.store.blobs.find(fixture.context, row!.id), row);
      const known = await fixture.store.blobs.known(fixture.context, [first.content.locator, second.content.locator, 'unknown']);
      same([...known].sort(), [first.content.locator, second.content.locator].sort());
    });

    it('keeps block checksums, and answers the ones asked for', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      const body = stored(epoch, 'summed');
      await fixture.put(bucketId, 'a', body);
      const { id } = (await rowOf(body.content.locator))!;
      const all = Buffer.from(body.content.blockSums, 'base64');
      const sums = async (first: number, count: number) => Buffer.from((await fixture.store.blobs.blockSums(fixture.context, id, first, count))!);
      assert.ok((await sums(0, 3)).equals(all));
      assert.ok((await sums(1, 1)).equals(all.subarray(8, 16)));
      assert.equal((await sums(2, 5)).length, 8);
      assert.equal(await fixture.store.blobs.blockSums(fixture.context, 987654321, 0, 1), undefined);
      assert.equal(await fixture.store.blobs.sha256(fixture.context, id), body.content.digests.sha256);
      assert.equal(await fixture.store.blobs.sha256(fixture.context, 987654321), undefined);
    });

    it('shares nothing new with a content that was reported corrupt', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      const [rotten, fresh] = [stored(epoch, 'rotten'), stored(epoch, 'rotten')];
      await fixture.put(bucketId, 'a', rotten);
      await fixture.apply<'report-corrupt'>({ kind: 'report-corrupt', contentId: (await rowOf(rotten.content.locator))!.id });
      await fixture.put(bucketId, 'b', fresh);
      assert.equal(await stateOf(rotten.content.locator), 'live 1');
      assert.equal(await stateOf(fresh.content.locator), 'live 1');
    });

    it('takes the same locator again for the same content', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      const body = stored(epoch, 'repeated');
      await fixture.put(bucketId, 'a', body);
      await fixture.put(bucketId, 'a', body);
      assert.equal(await stateOf(body.content.locator), 'live 1');
    });

    it('revives a lost copy when the shared one is being deleted', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      const [first, lost, third] = [stored(epoch, 'twice'), stored(epoch, 'twice'), stored(epoch, 'twice')];
      await fixture.put(bucketId, 'a', first, { at: 1 });
      await fixture.put(bucketId, 'a', lost, { at: 8000 });
      await fixture.remove(bucketId, 'a', undefined, 5000);
      assert.ok(await claimed(first.content.locator, 6000));
      await fixture.put(bucketId, 'a', third);
      assert.equal(await stateOf(lost.content.locator), 'live 1');
      assert.equal(await stateOf(third.content.locator), 'condemned 0');
    });

    it('refuses a locator that is recorded with other bytes', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      const body = stored(epoch, 'these bytes');
      await fixture.put(bucketId, 'a', body);
      const other = { ...body, content: newContent(body.content.locator, 'other bytes') };
      await rejects(fixture.put(bucketId, 'a', other), 'invalid-argument');
      assert.equal(await stateOf(body.content.locator), 'live 1');
    });

    it('revives condemned content, but not what is being deleted', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      const first = stored(epoch, 'phoenix');
      await fixture.put(bucketId, 'a', first);
      await fixture.remove(bucketId, 'a', undefined, 5000);
      assert.equal(await stateOf(first.content.locator), 'condemned 0');
      assert.equal(await claimed(first.content.locator, 5000), undefined);
      await fixture.put(bucketId, 'a', stored(epoch, 'phoenix'));
      assert.equal(await stateOf(first.content.locator), 'live 1');
      assert.equal(await claimed(first.content.locator, 9000), undefined);
      await fixture.remove(bucketId, 'a', undefined, 5000);
      const row = await claimed(first.content.locator, 5001);
      assert.ok(row);
      assert.equal(await stateOf(first.content.locator), 'deleting 0');
      const third = stored(epoch, 'phoenix');
      await fixture.put(bucketId, 'a', third);
      assert.equal(await stateOf(first.content.locator), 'deleting 0');
      assert.equal(await stateOf(third.content.locator), 'live 1');
      assert.ok(await claimed(first.content.locator, 0), 'answered again until it is forgotten');
      await forget(row.contentId);
      await forget(row.contentId);
      assert.equal(await stateOf(first.content.locator), undefined);
      const fourth = stored(epoch, 'phoenix');
      await fixture.put(bucketId, 'b', fourth);
      assert.equal(await stateOf(third.content.locator), 'live 2');
    });

    it('forgets only what is being deleted', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      const body = stored(epoch, 'kept');
      await fixture.put(bucketId, 'a', body);
      await forget((await rowOf(body.content.locator))!.id);
      assert.equal(await stateOf(body.content.locator), 'live 1');
      await fixture.remove(bucketId, 'a');
      await forget((await rowOf(body.content.locator))!.id);
      assert.equal(await stateOf(body.content.locator), 'condemned 0');
    });

    it('claims in portions', async () => {
      const [bucketId, epoch] = [await fixture.bucket(), await fixture.epoch()];
      await claim(1e12).then(({ contents }) => forget(...contents.map((row) => row.contentId)));
      for (const key of ['a', 'b', 'c']) await fixture.put(bucketId, key, stored(epoch, `portion ${key}`));
      for (const key of ['a', 'b', 'c']) await fixture.remove(bucketId, key, undefined, 100);
      const first = (await claim(101, 2)).contents;
      assert.equal(first.length, 2);
      await forget(...first.map((row) => row.contentId));
      assert.equal((await claim(101, 2)).contents.length, 1);
    });

    it('refuses bytes of an epoch that is closed', async () => {
      const bucketId = await fixture.bucket();
      const epoch = await fixture.epoch('closing');
      await fixture.put(bucketId, 'a', stored(epoch, 'in time'));
      await fixture.apply<'release-lease'>({ kind: 'release-lease', name: 'closing', fence: epoch });
      const late = fixture.put(bucketId, 'b', stored(epoch, 'too late'));
      await assert.rejects(late, (error: unknown) => isStoreError(error) && error.details.retriable === false);
      await rejects(fixture.put(bucketId, 'b', stored(epoch, 'too late')), 'conflict', 'epoch-closed');
      await rejects(fixture.put(bucketId, 'b', stored(987654321, 'never')), 'conflict', 'epoch-closed');
    });

    it('counts references of copies, versions and parts', async () => {
      const [bucketId, epoch] = [await fixture.bucket('enabled'), await fixture.epoch()];
      const source = stored(epoch, 'sixteen bytes...');
      const { locator } = source.content;
      const put = await fixture.put(bucketId, 'source', source);
      const from = { bucketId, key: 'source', seq: put.seq };
      const copy = await fixture.put(bucketId, 'copy', { kind: 'copy', from, range: { offset: 4, length: 8 } });
      assert.equal(await stateOf(locator), 'live 2');
      const found = (await fixture.find(bucketId, 'copy'))!;
      assert.ok(found.body.kind === 'content' && found.body.offset === 4 && found.size === 8);

      const upload = { bucketId, key: 'many', uploadId: 'references' };
      await fixture.apply<'create-upload'>({
        kind: 'create-upload',
        ...upload,
        attributes: attributes(''),
        initiator: 'i',
        initiatorAccount: 'a',
        at: 1,
      });
      const part = (number: number, body: NewBody, size: number) =>
        fixture.apply<'put-part'>({ kind: 'put-part', ...upload, number, size, body, etag: 'e', at: 1 });
      const copyOf = { bucketId, key: 'copy', seq: copy.seq };
      const one = await part(1, { kind: 'copy', from: copyOf, range: { offset: 2, length: 6 } }, 6);
      await part(2, { kind: 'copy', from, range: { offset: 0, length: 16 } }, 16);
      const two = await part(2, { kind: 'inline', bytes: Buffer.from('inline') }, 6);
      await part(3, { kind: 'copy', from, range: { offset: 0, length: 16 } }, 16);
      assert.equal(await stateOf(locator), 'live 4');
      const whole = await fixture.apply<'complete-upload'>({
        kind: 'complete-upload',
        ...upload,
        parts: [{ number: 1, seq: one.seq }, { number: 2, seq: two.seq }],
        etag: 'e',
        partsDigest: 'd',
        at: 1,
        nonce: NONCE,
      });
      assert.equal(await stateOf(locator), 'live 3');
      const many = { bucketId, key: 'many', seq: whole.seq };
      await fixture.put(bucketId, 'mixed', { kind: 'copy', from: many, range: { offset: 3, length: 6 } });
      assert.equal(await stateOf(locator), 'live 4');
      const mixed = (await fixture.find(bucketId, 'mixed'))!;
      assert.ok(mixed.body.kind === 'extents');
      const extents = await fixture.store.objects.extents(fixture.context, mixed.body.bodyId, 0, 6);
      same(
        extents.map(({ start, length, source: at }) => [start, length, at.kind, at.offset]),
        [[0, 3, 'content', 9], [3, 3, 'inline', 0]],
      );
      for (const [key, { versionId }] of [['source', put], ['copy', copy], ['many', whole]] as const) await fixture.remove(bucketId, key, versionId);
      assert.equal(await stateOf(locator), 'live 1');
      await fixture.remove(bucketId, 'mixed', mixed.versionId);
      assert.equal(await stateOf(locator), 'condemned 0');
    });
  });
}
