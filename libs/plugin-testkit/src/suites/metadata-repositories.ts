import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { LinkBlob, NewBody, RepositoryId } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, newContent, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';
import { RepositorySteps, digestOf } from './repository-steps.js';

export function repositoryPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('repositories and blobs', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const steps = new RepositorySteps(fixture);
    const { it } = runner;
    const { context } = fixture;
    let made = 0;
    const stored = (epoch: number, text: string): Extract<NewBody, { kind: 'stored' }> => ({
      kind: 'stored',
      content: newContent(`blob-locator-${++made}`, text),
      epoch,
    });
    const linkStored = async (repositoryId: RepositoryId, text: string, more: Partial<LinkBlob> = {}) => {
      const body = stored(await fixture.epoch(), text);
      return { body, outcome: await steps.link(repositoryId, text, { body, ...more }) };
    };
    const stateOf = async (locator: string) => {
      const row = (await fixture.store.blobs.list(context, { after: 0, limit: 10_000 })).find((found) => found.locator === locator);
      return row && `${row.state} ${row.references}`;
    };
    const begin = async (repositoryId: RepositoryId, more: { principal?: string; at?: number } = {}) => {
      const upload = { uploadId: `blob-upload-${++made}`, locator: `session-locator-${made}`, algorithm: 'sha256' as const };
      const epochName = `session-epoch-${made}`;
      const epoch = await fixture.epoch(epochName);
      await fixture.apply<'start-blob-upload'>({ kind: 'start-blob-upload', repositoryId, ...upload, epoch, at: 50, ...more });
      return { ...upload, epoch, epochName };
    };
    const find = (uploadId: string) => fixture.store.blobUploads.find(context, uploadId);
    const cancel = (repositoryId: RepositoryId, uploadId: string) =>
      fixture.apply<'cancel-blob-upload'>({ kind: 'cancel-blob-upload', repositoryId, uploadId, at: 60 });

    it('makes repositories with unique names, finds and lists them', async () => {
      const names = ['a/b', 'a', 'a-b', 'a/c', 'a.b'].map((name) => `listed/${name}`);
      for (const name of names) await steps.repository(name);
      await rejects(steps.repository(names[0]), 'already-exists', 'repository');
      const list = async (query: { after?: string; limit: number }) =>
        (await fixture.store.repositories.list(context, { prefix: 'listed/', ...query })).map(({ name }) => name);
      same(await list({ limit: 10 }), [...names].sort());
      same(await list({ limit: 2, after: 'listed/a-b' }), ['listed/a.b', 'listed/a/b']);
      same(await list({ limit: 2, after: 'a' }), ['listed/a', 'listed/a-b']);
      same(await list({ limit: 2, after: 'listed/~' }), []);
      same((await fixture.store.repositories.list(context, { prefix: 'listed/a/', after: 'listed/a', limit: 1 })).map(({ name }) => name), ['listed/a/b']);
      const others = '222222222222';
      await fixture.apply<'create-repository'>({ kind: 'create-repository', name: 'listed/b', owner: others, at: 10 });
      const owned = async (owner: string, after?: string) =>
        (await fixture.store.repositories.list(context, { prefix: 'listed/', owner, after, limit: 10 })).map(({ name }) => name);
      same(await owned(others), ['listed/b']);
      same(await owned('111111111111'), [...names].sort());
      same(await owned('111111111111', 'listed/a-b'), ['listed/a.b', 'listed/a/b', 'listed/a/c']);
      same(await owned('333333333333'), []);
      const found = (await fixture.store.repositories.find(context, 'listed/a'))!;
      same({ ...found, id: 0 }, { id: 0, name: 'listed/a', owner: '111111111111', createdAt: 10 });
      same(await fixture.store.repositories.findById(context, found.id), found);
      assert.equal(await fixture.store.repositories.find(context, 'listed/none'), undefined);
    });

    it('removes only empty repositories, and refuses all work on what is gone', async () => {
      const remove = (repositoryId: RepositoryId) => fixture.apply<'delete-repository'>({ kind: 'delete-repository', repositoryId, at: 1 });
      const repositoryId = await steps.repository();
      await steps.link(repositoryId, 'something');
      await rejects(remove(repositoryId), 'conflict', 'repository-not-empty');
      await steps.unlink(repositoryId, 'something');
      const { uploadId } = await begin(repositoryId);
      await rejects(remove(repositoryId), 'conflict', 'repository-not-empty');
      await cancel(repositoryId, uploadId);
      await remove(repositoryId);
      assert.equal(await fixture.store.repositories.findById(context, repositoryId), undefined);
      await rejects(remove(repositoryId), 'not-found', 'repository');
      await rejects(steps.link(repositoryId, 'late'), 'not-found', 'repository');
      await rejects(steps.put(repositoryId, 'late'), 'not-found', 'repository');
      await rejects(begin(repositoryId), 'not-found', 'repository');
    });

    it('links small blobs with their bytes', async () => {
      const [repositoryId, other] = [await steps.repository(), await steps.repository()];
      same(await steps.link(repositoryId, 'small'), { linked: true });
      const { body, ...rest } = (await steps.blob(repositoryId, 'small'))!;
      same(rest, { digest: digestOf('small'), size: 5, linkedAt: 100, unusedSince: 100 });
      assert.ok(body.kind === 'inline' && Buffer.from(body.bytes!).toString() === 'small');
      same(await steps.link(repositoryId, 'small', { at: 300 }), { linked: false });
      assert.equal((await steps.blob(repositoryId, 'small'))!.linkedAt, 100);
      assert.equal(await steps.blob(other, 'small'), undefined);
      same(await steps.link(repositoryId, ''), { linked: true });
      assert.equal((await steps.blob(repositoryId, ''))!.body.kind, 'empty');
      await rejects(steps.link(repositoryId, 'long', { size: 3 }), 'invalid-argument');
    });

    it('shares stored bytes with all that have them, objects too, and condemns losing copies', async () => {
      const [one, two, bucketId] = [await steps.repository(), await steps.repository(), await fixture.bucket()];
      const object = stored(await fixture.epoch(), 'a layer');
      await fixture.put(bucketId, 'layer', object);
      const { body: first } = await linkStored(one, 'a layer');
      assert.equal(await stateOf(object.content.locator), 'live 2');
      assert.equal(await stateOf(first.content.locator), 'condemned 0');
      const { body: again, outcome } = await linkStored(one, 'a layer');
      same(outcome, { linked: false });
      assert.equal(await stateOf(again.content.locator), 'condemned 0');
      await fixture.apply<'mount-blob'>({ kind: 'mount-blob', repositoryId: two, digest: digestOf('a layer'), from: one, at: 300 });
      assert.equal(await stateOf(object.content.locator), 'live 3');
      const { body } = (await steps.blob(two, 'a layer'))!;
      assert.ok(body.kind === 'content' && body.locator === object.content.locator && body.contentSize === 7 && body.offset === 0);
      await steps.unlink(one, 'a layer');
      await steps.unlink(two, 'a layer');
      await fixture.remove(bucketId, 'layer');
      assert.equal(await stateOf(object.content.locator), 'condemned 0');
    });

    it('shares by sha512 as well', async () => {
      const [one, two, epoch] = [await steps.repository(), await steps.repository(), await fixture.epoch()];
      const sha512 = createHash('sha512').update('long hash').digest('hex');
      const bodies = [stored(epoch, 'long hash'), stored(epoch, 'long hash')].map((body) => ({ ...body, content: { ...body.content, digests: { sha512 } } }));
      for (const [i, repositoryId] of [one, two].entries()) await steps.link(repositoryId, 'long hash', { digest: `sha512:${sha512}`, body: bodies[i]! });
      assert.equal(await stateOf(bodies[0]!.content.locator), 'live 2');
      assert.equal(await stateOf(bodies[1]!.content.locator), 'condemned 0');
      const found = await fixture.store.artifacts.blob(context, two, `sha512:${sha512}`);
      assert.equal(found?.size, 9);
    });

    it('mounts only what the source links, small or large, again and again', async () => {
      const [from, to] = [await steps.repository(), await steps.repository()];
      const mount = (text: string) => fixture.apply<'mount-blob'>({ kind: 'mount-blob', repositoryId: to, digest: digestOf(text), from, at: 400 });
      await rejects(mount('nowhere'), 'not-found', 'blob');
      await steps.link(from, 'tiny');
      same(await mount('tiny'), { size: 4 });
      same(await mount('tiny'), { size: 4 });
      await steps.unlink(from, 'tiny');
      const { body } = (await steps.blob(to, 'tiny'))!;
      assert.ok(body.kind === 'inline' && Buffer.from(body.bytes!).toString() === 'tiny');
      await rejects(fixture.apply<'mount-blob'>({ kind: 'mount-blob', repositoryId: to, digest: digestOf('tiny'), from: 987654321, at: 1 }), 'not-found', 'blob');
    });

    it('lists blobs by digest', async () => {
      const repositoryId = await steps.repository();
      const texts = ['x', 'y', 'z'];
      for (const text of texts) await steps.link(repositoryId, text);
      const list = async (query: { after?: string; limit: number }) => (await fixture.store.artifacts.blobs(context, repositoryId, query)).map(({ digest }) => digest);
      const all = texts.map(digestOf).sort();
      same(await list({ limit: 10 }), all);
      same(await list({ limit: 1, after: all[0]! }), [all[1]]);
    });

    it('names holders of a blob', async () => {
      const all = [await steps.repository(), await steps.repository(), await steps.repository()];
      for (const repositoryId of all) await steps.link(repositoryId, 'held');
      const found = await fixture.store.artifacts.holders(context, digestOf('held'), 16);
      same(found.map(({ id }) => id).sort((a, b) => a - b), all);
      assert.equal((await fixture.store.artifacts.holders(context, digestOf('held'), 2)).length, 2);
      same(await fixture.store.artifacts.holders(context, digestOf('never held'), 16), []);
    });

    it('unlinks blobs, and with a time only those that were unused by then', async () => {
      const repositoryId = await steps.repository();
      await steps.link(repositoryId, 'unused', { at: 500 });
      await rejects(steps.unlink(repositoryId, 'absent'), 'not-found', 'blob');
      await rejects(steps.unlink(repositoryId, 'unused', { unusedBefore: 500 }), 'conflict', 'blob-referenced');
      await fixture.apply<'touch-blob'>({ kind: 'touch-blob', repositoryId, digest: digestOf('unused'), at: 600 });
      await fixture.apply<'touch-blob'>({ kind: 'touch-blob', repositoryId, digest: digestOf('absent'), at: 600 });
      await rejects(steps.unlink(repositoryId, 'unused', { unusedBefore: 600 }), 'conflict', 'blob-referenced');
      await steps.unlink(repositoryId, 'unused', { unusedBefore: 601 });
      assert.equal(await steps.blob(repositoryId, 'unused'), undefined);
    });

    it('replaces bytes that were reported corrupt', async () => {
      const [repositoryId, epoch] = [await steps.repository(), await fixture.epoch()];
      const { body: rotten } = await linkStored(repositoryId, 'will rot');
      const { id } = (await fixture.store.blobs.list(context, { after: 0, limit: 10_000 })).find((row) => row.locator === rotten.content.locator)!;
      await fixture.apply<'report-corrupt'>({ kind: 'report-corrupt', contentId: id });
      assert.equal((await steps.blob(repositoryId, 'will rot'))!.corrupt, true);
      const fresh = stored(epoch, 'will rot');
      same(await steps.link(repositoryId, 'will rot', { body: fresh }), { linked: true });
      const healed = (await steps.blob(repositoryId, 'will rot'))!;
      assert.ok(healed.corrupt === undefined && healed.body.kind === 'content' && healed.body.locator === fresh.content.locator);
      assert.equal(await stateOf(rotten.content.locator), 'condemned 0');
    });

    it('keeps the bytes of an open upload known, whatever becomes of its epoch', async () => {
      const repositoryId = await steps.repository();
      const upload = await begin(repositoryId, { principal: 'config:ann' });
      const { epoch, epochName, ...shown } = upload;
      same(await find(upload.uploadId), { ...shown, repositoryId, principal: 'config:ann', startedAt: 50, touchedAt: 50 });
      await fixture.apply<'release-lease'>({ kind: 'release-lease', name: epochName, fence: epoch });
      assert.ok((await fixture.store.blobs.known(context, [upload.locator])).has(upload.locator));
      const content = newContent(upload.locator, 'session bytes');
      same(await steps.link(repositoryId, 'session bytes', { body: { kind: 'session', content }, uploadId: upload.uploadId }), { linked: true });
      assert.equal(await find(upload.uploadId), undefined);
      assert.equal(await stateOf(upload.locator), 'live 1');
      await rejects(steps.link(repositoryId, 'x', { uploadId: upload.uploadId }), 'not-found', 'upload');
    });

    it('condemns the bytes of an upload whose blob is there already', async () => {
      const repositoryId = await steps.repository();
      await steps.link(repositoryId, 'twice');
      const { uploadId, locator } = await begin(repositoryId);
      const body = { kind: 'session' as const, content: newContent(locator, 'twice') };
      same(await steps.link(repositoryId, 'twice', { body, uploadId }), { linked: false });
      assert.equal(await stateOf(locator), 'condemned 0');
    });

    it('takes no session bytes but the upload’s own', async () => {
      const [repositoryId, other] = [await steps.repository(), await steps.repository()];
      const { uploadId, locator } = await begin(repositoryId);
      const foreign = { kind: 'session' as const, content: newContent('somebody-else', 'bytes') };
      await rejects(steps.link(repositoryId, 'bytes', { body: foreign, uploadId }), 'invalid-argument');
      const own = { kind: 'session' as const, content: newContent(locator, 'bytes') };
      await rejects(steps.link(repositoryId, 'bytes', { body: own }), 'invalid-argument');
      await rejects(steps.link(other, 'bytes', { body: own, uploadId }), 'not-found', 'upload');
      assert.ok(await find(uploadId));
    });

    it('ends an upload with bytes that came otherwise', async () => {
      const repositoryId = await steps.repository();
      const { uploadId, locator } = await begin(repositoryId);
      await steps.link(repositoryId, 'came inline', { uploadId });
      assert.equal(await find(uploadId), undefined);
      assert.ok(!(await fixture.store.blobs.known(context, [locator])).has(locator));
    });

    it('cancels uploads, and finds idle ones, the oldest first', async () => {
      const repositoryId = await steps.repository();
      const [first, second, third] = [await begin(repositoryId, { at: 1 }), await begin(repositoryId, { at: 2 }), await begin(repositoryId, { at: 3 })];
      await fixture.apply<'touch-blob-upload'>({ kind: 'touch-blob-upload', repositoryId, uploadId: first.uploadId, at: 5 });
      assert.equal((await find(first.uploadId))!.touchedAt, 5);
      const idle = async (before: number, limit = 10) => (await fixture.store.blobUploads.idle(context, before, limit)).map(({ uploadId }) => uploadId);
      same(await idle(5), [second.uploadId, third.uploadId]);
      same(await idle(5, 1), [second.uploadId]);
      same(await idle(2), []);
      same(await cancel(repositoryId, second.uploadId), { locator: second.locator });
      await rejects(cancel(repositoryId, second.uploadId), 'not-found', 'upload');
      same(await idle(6), [third.uploadId, first.uploadId]);
      await rejects(fixture.apply<'touch-blob-upload'>({ kind: 'touch-blob-upload', repositoryId, uploadId: 'nope', at: 5 }), 'not-found', 'upload');
    });

    it('refuses uploads and bytes of an epoch that is closed', async () => {
      const repositoryId = await steps.repository();
      const closed = { kind: 'start-blob-upload' as const, repositoryId, uploadId: 'late', algorithm: 'sha256' as const, locator: 'late', epoch: 987654321, at: 1 };
      await rejects(fixture.apply<'start-blob-upload'>(closed), 'conflict', 'epoch-closed');
      await rejects(steps.link(repositoryId, 'late', { body: stored(987654321, 'late') }), 'conflict', 'epoch-closed');
    });

    it('counts what repositories hold, shared bytes in each', async () => {
      const [one, two] = [await steps.repository(), await steps.repository()];
      await steps.link(one, 'four');
      await steps.link(one, 'five!');
      await steps.put(one, 'manifest', { blobs: ['four'] });
      await fixture.apply<'mount-blob'>({ kind: 'mount-blob', repositoryId: two, digest: digestOf('four'), from: one, at: 1 });
      same(await fixture.store.repositories.usage(context, one), { manifests: 1, blobs: 2, bytes: 17 });
      same(await fixture.store.repositories.usage(context, two), { manifests: 0, blobs: 1, bytes: 4 });
      await steps.unlink(one, 'five!');
      await steps.remove(one, 'manifest');
      same(await fixture.store.repositories.usage(context, one), { manifests: 0, blobs: 1, bytes: 4 });
      same(await fixture.store.repositories.usage(context, 987654321), { manifests: 0, blobs: 0, bytes: 0 });
    });

    it('tells the feed', async () => {
      const { position } = await fixture.apply<'register-feed-reader'>({ kind: 'register-feed-reader', name: 'repositories', from: 'now' });
      const name = `fed/${fixture.unique()}`;
      const repositoryId = await steps.repository(name);
      await steps.link(repositoryId, 'blob');
      await steps.link(repositoryId, 'blob');
      await steps.put(repositoryId, 'manifest', { blobs: ['blob'], tags: ['v1'] });
      await steps.put(repositoryId, 'manifest2', { tags: ['v1'] });
      await steps.put(repositoryId, 'manifest2', { tags: ['v1'] });
      await steps.untag(repositoryId, 'v1');
      await steps.remove(repositoryId, 'manifest');
      await steps.unlink(repositoryId, 'blob');
      const { entries } = await fixture.store.feed.read(context, position, 100);
      const [one, two] = [digestOf('manifest'), digestOf('manifest2')];
      same(
        entries.map(({ kind, digest, tag, size, cause }) => ({ kind, digest, tag, size, cause })),
        [
          { kind: 'repository-created' },
          { kind: 'blob-linked', digest: digestOf('blob'), size: 4, cause: 'upload' },
          { kind: 'manifest-created', digest: one, size: 8 },
          { kind: 'tag-set', digest: one, tag: 'v1', cause: 'create' },
          { kind: 'manifest-created', digest: two, size: 9 },
          { kind: 'tag-set', digest: two, tag: 'v1', cause: 'move' },
          { kind: 'tag-deleted', digest: two, tag: 'v1' },
          { kind: 'manifest-deleted', digest: one, size: 8 },
          { kind: 'blob-unlinked', digest: digestOf('blob'), size: 4 },
        ],
      );
      assert.ok(entries.every((entry) => entry.repositoryId === repositoryId && entry.repository === name && entry.bucketId === undefined));
    });
  });
}
