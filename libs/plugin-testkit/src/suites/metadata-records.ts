import assert from 'node:assert/strict';
import type { PutDocument, WriteDocuments } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';
import { MetadataFixture, inline, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

export function feedPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('feed', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const register = async (name: string, from: 'now' | 'start') =>
      (await fixture.apply<'register-feed-reader'>({ kind: 'register-feed-reader', name, from })).position;
    const advance = (name: string, position: string) =>
      fixture.apply<'advance-feed-reader'>({ kind: 'advance-feed-reader', name, position });
    const remove = (name: string) => fixture.apply<'remove-feed-reader'>({ kind: 'remove-feed-reader', name });
    const trim = async (keepAtMost: number, limit = 10_000) =>
      (await fixture.apply<'trim-feed'>({ kind: 'trim-feed', keepAtMost, limit })).removed;
    const read = async (position: string, limit = 10_000) => fixture.store.feed.read(fixture.context, position, limit);
    const readerOf = async (name: string) => (await fixture.store.feed.readers(fixture.context)).find((reader) => reader.name === name);

    it('tells each change with who made it', async () => {
      const start = await register('changes', 'now');
      const context = testContext({ requestId: 'request-9', address: '10.0.0.9' });
      const name = 'feed-changes';
      const { bucketId } = await fixture.apply<'create-bucket'>({ kind: 'create-bucket', name, owner: 'o', region: 'r', at: 5 }, context);
      await fixture.versioning(bucketId, 'enabled');
      const settings = { tags: { a: 'b' }, policy: '{}', cors: null };
      await fixture.apply<'configure-bucket'>({ kind: 'configure-bucket', bucketId, settings, at: 6 });
      const one = await fixture.put(bucketId, 'k', 'abc');
      await fixture.put(bucketId, 'c', { kind: 'copy', from: { bucketId, key: 'k', seq: one.seq } }, { size: 3 });
      const marker = await fixture.remove(bucketId, 'k');
      await fixture.remove(bucketId, 'k', marker.versionId);
      await rejects(fixture.put(bucketId, 'k', 'x', { precondition: { ifNoneMatch: ['*'] } }), 'precondition-failed');
      await fixture.remove(bucketId, 'k', 'null');
      const { entries, position } = await read(start);
      same(
        entries.map((entry) => [entry.kind, entry.key, entry.cause]),
        [
          ['bucket-created', undefined, undefined],
          ['bucket-configured', undefined, 'versioning'],
          ['bucket-configured', undefined, '-cors,policy,tags'],
          ['object-created', 'k', 'put'],
          ['object-created', 'c', 'copy'],
          ['delete-marker-created', 'k', undefined],
          ['object-deleted', 'k', undefined],
        ],
      );
      const [created, , , put] = entries;
      const actor = { principal: context.principal!.id, credentialId: context.principal!.credentialId };
      same({ ...created }, { ...created, at: 5, bucketId, bucket: name, ...actor, address: '10.0.0.9', requestId: 'request-9' });
      same({ ...put }, { ...put, versionId: one.versionId, size: 3, etag: 'abc', bucket: name });
      assert.equal(position, entries.at(-1)!.position);
      same(await read(position), { entries: [], position });
      const pages = [];
      for (let at = start; ; ) {
        const page = await read(at, 2);
        if (page.entries.length === 0) break;
        pages.push(...page.entries);
        at = page.position;
      }
      same(pages, entries);
      await remove('changes');
    });

    it('tells updates, appends and renames', async () => {
      const start = await register('updates', 'now');
      const bucketId = await fixture.bucket();
      const { seq } = await fixture.put(bucketId, 'k', 'abc');
      const at = 9;
      const acl = [] as const;
      await fixture.apply<'update-object'>({ kind: 'update-object', bucketId, key: 'k', tags: {}, acl, at });
      await fixture.apply<'append-object'>({ kind: 'append-object', bucketId, key: 'k', seq, size: 1, body: inline('d'), etag: 'e', at });
      await fixture.apply<'rename-object'>({ kind: 'rename-object', bucketId, source: 'k', key: 'l', at });
      const { entries } = await read(start);
      same(
        entries.slice(2).map((entry) => [entry.kind, entry.key, entry.cause, entry.size]),
        [
          ['object-updated', 'k', 'acl,tags', undefined],
          ['object-created', 'k', 'append', 4],
          ['object-deleted', 'k', 'rename', undefined],
          ['object-created', 'l', 'rename', 4],
        ],
      );
      await remove('updates');
    });

    it('keeps readers, which only move forward', async () => {
      const bucketId = await fixture.bucket();
      const start = await register('mover', 'now');
      await fixture.put(bucketId, 'a');
      await fixture.put(bucketId, 'b');
      assert.equal(await register('mover', 'now'), start);
      const { entries } = await read(start);
      await advance('mover', entries[1]!.position);
      await advance('mover', entries[0]!.position);
      same(await readerOf('mover'), { name: 'mover', position: entries[1]!.position, mustResynchronise: false });
      await remove('mover');
      await remove('mover');
      await rejects(advance('mover', start), 'not-found', 'feed-reader');
    });

    it('trims what all readers passed, and beyond the limit what they did not', async () => {
      await trim(0);
      const start = await register('slow', 'start');
      await register('fast', 'start');
      const bucketId = await fixture.bucket();
      for (const key of ['1', '2', '3', '4']) await fixture.put(bucketId, key);
      const { entries } = await read(start);
      await advance('fast', entries.at(-1)!.position);
      assert.equal(await trim(100), 0);
      await advance('slow', entries[1]!.position);
      assert.equal(await trim(100, 1), 1);
      assert.equal(await trim(100), 1);
      same((await read(entries[1]!.position)).entries, entries.slice(2));
      await rejects(read(entries[0]!.position), 'conflict', 'feed-trimmed');
      assert.equal((await readerOf('slow'))?.mustResynchronise, false);
      assert.equal(await trim(1), 2);
      assert.equal((await readerOf('slow'))?.mustResynchronise, true);
      await advance('slow', entries.at(-1)!.position);
      assert.equal((await readerOf('slow'))?.mustResynchronise, false);
      await remove('slow');
      await remove('fast');
    });

    it('shows no entry behind a position already answered, and versions in order', async () => {
      const bucketId = await fixture.bucket('enabled');
      const start = await register('racer', 'now');
      const seen: string[] = [];
      let position = start;
      const writes = Promise.all(Array.from({ length: 60 }, (_, i) => fixture.put(bucketId, `k${i % 3}`, `${i}`)));
      let running = true;
      void writes.finally(() => (running = false));
      const look = async () => {
        const page = await read(position, 7);
        seen.push(...page.entries.map((entry) => entry.position));
        position = page.position;
        return page.entries.length;
      };
      while (running) {
        await look();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await writes;
      while ((await look()) > 0);
      const { entries } = await read(start);
      assert.equal(entries.length, 60);
      same(seen, entries.map((entry) => entry.position));
      for (const key of ['k0', 'k1', 'k2']) {
        const ids = entries.filter((entry) => entry.key === key).map((entry) => entry.versionId!.slice(0, 11));
        same(ids, [...ids].sort());
      }
      await remove('racer');
    });
  });
}

export function leasePromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('leases', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const acquire = async (name: string, holder: string, at: number, ttlMs = 100) =>
      (await fixture.apply<'acquire-lease'>({ kind: 'acquire-lease', name, holder, ttlMs, at })).fence;
    const renew = (name: string, fence: number, at: number) =>
      fixture.apply<'renew-lease'>({ kind: 'renew-lease', name, fence, ttlMs: 100, at });
    const release = (name: string, fence: number) => fixture.apply<'release-lease'>({ kind: 'release-lease', name, fence });

    it('gives a lease to one holder until it expires', async () => {
      const first = await acquire('l', 'a', 1000);
      await rejects(acquire('l', 'b', 1099), 'conflict', 'lease-held');
      const again = await acquire('l', 'a', 1010);
      assert.ok(again > first);
      await rejects(acquire('l', 'b', 1109), 'conflict', 'lease-held');
      const taken = await acquire('l', 'b', 1110);
      assert.ok(taken > again);
      await rejects(renew('l', again, 1111), 'conflict', 'lease-lost');
      await renew('l', taken, 1200);
      same(await fixture.store.leases.find(fixture.context, 'l'), { name: 'l', holder: 'b', fence: taken, expiresAt: 1300 });
    });

    it('releases by fence only', async () => {
      const fence = await acquire('r', 'a', 1);
      await release('r', fence - 1);
      assert.ok(await fixture.store.leases.find(fixture.context, 'r'));
      await release('r', fence);
      await release('r', fence);
      assert.equal(await fixture.store.leases.find(fixture.context, 'r'), undefined);
      assert.ok((await acquire('r', 'b', 2)) > fence);
    });

    it('lists by prefix in order, expired ones too', async () => {
      for (const name of ['p/b', 'p/a', 'q', 'p0']) await acquire(name, 'h', 1, 1);
      const names = (await fixture.store.leases.list(fixture.context, 'p/')).map((lease) => lease.name);
      same(names, ['p/a', 'p/b']);
    });
  });
}

export function documentPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('documents', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const put = async (id: string, value: unknown, ifRevision?: number, where: Partial<PutDocument> = {}) =>
      (await fixture.apply<'put-document'>({ kind: 'put-document', namespace: 'n', collection: 'c', id, value, ifRevision, ...where })).revision;
    const drop = async (id: string, ifRevision?: number) =>
      (await fixture.apply<'delete-document'>({ kind: 'delete-document', namespace: 'n', collection: 'c', id, ifRevision })).removed;
    const find = (id: string, namespace = 'n') => fixture.store.documents.find(fixture.context, namespace, 'c', id);

    it('keeps values apart by namespace and collection', async () => {
      const value = { list: [1, 'two', null, { three: true }], text: 'ü\u{1F600}' };
      const revision = await put('d', value);
      await put('d', 'other', undefined, { namespace: 'm' });
      same(await find('d'), { id: 'd', revision, value });
      assert.equal((await find('d', 'm'))?.value, 'other');
      assert.equal(await find('e'), undefined);
    });

    it('compares revisions, which grow even over a deletion', async () => {
      const first = await put('r', 1, 0);
      await rejects(put('r', 2, 0), 'precondition-failed');
      const second = await put('r', 2, first);
      assert.ok(second > first);
      await rejects(put('r', 3, first), 'precondition-failed');
      await rejects(drop('r', first), 'precondition-failed');
      assert.equal(await drop('r', second), true);
      assert.equal(await drop('r'), false);
      await rejects(put('r', 4, second), 'precondition-failed');
      assert.ok((await put('r', 4, 0)) > second);
    });

    it('writes several in one commit, all or none', async () => {
      const write = async (writes: WriteDocuments['writes']) =>
        (await fixture.apply<'write-documents'>({ kind: 'write-documents', namespace: 'n', writes })).revisions;
      const old = await put('w-old', 'old');
      const [one, two, gone] = await write([
        { collection: 'c', id: 'w-one', value: 1, ifRevision: 0 },
        { collection: 'd', id: 'w-one', value: 2 },
        { collection: 'c', id: 'w-old', ifRevision: old },
        { collection: 'c', id: 'w-never' },
      ]);
      assert.ok(one! > old && two! > old);
      assert.equal(gone, 0);
      same(await find('w-one'), { id: 'w-one', revision: one, value: 1 });
      assert.equal(await find('w-old'), undefined);
      await rejects(write([{ collection: 'c', id: 'w-new', value: 1 }, { collection: 'c', id: 'w-one', ifRevision: old }]), 'precondition-failed');
      assert.equal(await find('w-new'), undefined, 'nothing of what failed stays');
      await rejects(write([]), 'invalid-argument');
      await rejects(write([{ collection: 'c', id: 'w-x', value: 1 }, { collection: 'c', id: 'w-x', value: 2 }]), 'invalid-argument');
    });

    it('lists in byte order of the id', async () => {
      const ids = ['\uFFFD', 'a', '\u{1F600}', 'B', ''];
      for (const id of ids) await put(id, id, undefined, { collection: 'l' });
      const list = async (after?: string, limit = 100) =>
        (await fixture.store.documents.list(fixture.context, 'n', 'l', { after, limit })).map((document) => document.id);
      same(await list(), ['', 'B', 'a', '\uFFFD', '\u{1F600}']);
      same(await list(undefined, 2), ['', 'B']);
      same(await list('a', 1), ['\uFFFD']);
    });
  });
}
