import assert from 'node:assert/strict';
import type { Acl, BucketId, RenameObject, UpdateObject } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, inline, newContent, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';

const ACL: Acl = [{ grantee: { kind: 'group', group: 'authenticated-users' }, permission: 'READ_ACP' }];

export function changePromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('changes of what is there', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;
    const update = (bucketId: BucketId, change: Partial<UpdateObject>) =>
      fixture.apply<'update-object'>({ kind: 'update-object', bucketId, key: 'k', at: 3000, ...change });
    const rename = (bucketId: BucketId, source: string, key: string, more: Partial<RenameObject> = {}) =>
      fixture.apply<'rename-object'>({ kind: 'rename-object', bucketId, source, key, at: 3000, ...more });
    const append = (bucketId: BucketId, seq: number, text: string, more: { etag?: string; size?: number } = {}) =>
      fixture.apply<'append-object'>({
        kind: 'append-object',
        bucketId,
        key: 'k',
        seq,
        size: text.length,
        body: inline(text),
        etag: 'appended',
        at: 4000,
        ...more,
      });

    it('keeps ACL and tags that an object came with', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'k', 'x', { attributes: { acl: ACL, tags: { a: 'b', ü: '' } } });
      const found = await fixture.find(bucketId, 'k');
      same(found?.acl, ACL);
      same(found?.tags, { a: 'b', ü: '' });
      await fixture.put(bucketId, 'k', 'x');
      assert.equal((await fixture.find(bucketId, 'k'))?.acl, undefined);
    });

    it('updates ACL and tags, each alone, and nothing else', async () => {
      const bucketId = await fixture.bucket();
      const { seq } = await fixture.put(bucketId, 'k', 'body', { attributes: { userMetadata: { m: '1' } }, at: 1234 });
      const before = await fixture.find(bucketId, 'k');
      same(await update(bucketId, { tags: { a: 'b' } }), { seq });
      same(await update(bucketId, { acl: ACL }), { seq });
      same(await fixture.find(bucketId, 'k'), { ...before, tags: { a: 'b' }, acl: ACL });
      await update(bucketId, { tags: null });
      await update(bucketId, { acl: null });
      same(await fixture.find(bucketId, 'k'), before);
      same(await fixture.usage(bucketId), { objects: 1, bytes: 4 });
    });

    it('updates the version that is named, wherever it is', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'k', 'null one');
      await fixture.versioning(bucketId, 'enabled');
      const first = await fixture.put(bucketId, 'k', 'first');
      const second = await fixture.put(bucketId, 'k', 'second');
      same(await update(bucketId, { versionId: first.versionId, tags: { of: 'first' } }), { seq: first.seq, versionId: first.versionId });
      assert.equal((await update(bucketId, { versionId: 'null', tags: { of: 'null' } })).versionId, 'null');
      assert.equal((await update(bucketId, { tags: { of: 'current' } })).versionId, second.versionId);
      const tagsOf = async (versionId: string) => (await fixture.find(bucketId, 'k', versionId))?.tags;
      same(await tagsOf(first.versionId!), { of: 'first' });
      same(await tagsOf('null'), { of: 'null' });
      same(await tagsOf(second.versionId!), { of: 'current' });
      await fixture.remove(bucketId, 'k', second.versionId);
      same((await fixture.find(bucketId, 'k'))?.tags, { of: 'first' });
    });

    it('updates nothing that is absent or a delete marker', async () => {
      const bucketId = await fixture.bucket('enabled');
      await rejects(update(bucketId, { tags: {} }), 'not-found', 'object');
      await fixture.put(bucketId, 'k');
      await rejects(update(bucketId, { versionId: 'nonsense', tags: {} }), 'not-found', 'version');
      const marker = await fixture.remove(bucketId, 'k');
      await rejects(update(bucketId, { tags: {} }), 'not-found', 'delete-marker');
      await rejects(update(bucketId, { versionId: marker.versionId, tags: {} }), 'not-found', 'delete-marker');
    });

    it('holds the tags upon which somebody was allowed to write', async () => {
      const bucketId = await fixture.bucket('enabled');
      const { versionId } = await fixture.put(bucketId, 'k', 'x', { attributes: { tags: { a: '1', b: '2' } } });
      await rejects(update(bucketId, { acl: ACL, ifTags: { a: '1' } }), 'conflict', 'object-changed');
      await rejects(update(bucketId, { acl: ACL, ifTags: {} }), 'conflict', 'object-changed');
      await update(bucketId, { acl: ACL, ifTags: { b: '2', a: '1' } });
      const remove = (ifTags: Record<string, string>) =>
        fixture.apply<'delete-object'>({ kind: 'delete-object', bucketId, key: 'k', versionId, ifTags, at: 1, nonce: '0'.repeat(16) });
      await rejects(remove({}), 'conflict', 'object-changed');
      assert.equal((await remove({ a: '1', b: '2' })).removed, true);
    });

    it('appends to inline bytes and to stored ones, and keeps all else', async () => {
      const bucketId = await fixture.bucket();
      const attributes = { tags: { t: '1' }, acl: ACL, userMetadata: { m: '1' }, headers: { contentType: 'text/plain' } };
      let { seq } = await fixture.put(bucketId, 'k', 'one', { attributes });
      for (const text of [' two', '', ' three']) {
        const written = await append(bucketId, seq, text, { etag: `etag of${text}` });
        assert.ok(written.seq > seq);
        seq = written.seq;
      }
      const found = (await fixture.find(bucketId, 'k'))!;
      assert.equal(await fixture.textOf(found), 'one two three');
      same([found.size, found.etag, found.modifiedAt, found.seq], [13, 'etag of three', 4000, seq]);
      same([found.tags, found.acl, found.userMetadata, found.headers], [attributes.tags, ACL, attributes.userMetadata, attributes.headers]);
      same(await fixture.usage(bucketId), { objects: 1, bytes: 13 });
      const epoch = await fixture.epoch();
      const content = newContent(`appended-${fixture.unique()}`, 'stored bytes');
      await fixture.apply<'append-object'>({ kind: 'append-object', bucketId, key: 'k', seq, size: 12, body: { kind: 'stored', content, epoch }, etag: 'e', at: 1 });
      const { body, size } = (await fixture.find(bucketId, 'k'))!;
      assert.ok(body.kind === 'extents' && size === 25);
      const extents = await fixture.store.objects.extents(fixture.context, body.bodyId, 12, 13);
      same(extents.map(({ start, length, source }) => [start + length, source.kind]), [[13, 'inline'], [25, 'content']]);
      await fixture.remove(bucketId, 'k');
      same(await fixture.usage(bucketId), { objects: 0, bytes: 0 });
    });

    it('appends to an empty object', async () => {
      const bucketId = await fixture.bucket();
      const { seq } = await fixture.put(bucketId, 'k', '');
      await append(bucketId, seq, 'text');
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'k')), 'text');
    });

    it('appends only to the object that was seen, of the length that is said, without versions', async () => {
      const bucketId = await fixture.bucket();
      await rejects(append(bucketId, 1, 'x'), 'conflict', 'source-changed');
      const { seq } = await fixture.put(bucketId, 'k', 'one');
      await fixture.put(bucketId, 'k', 'two');
      await rejects(append(bucketId, seq, 'x'), 'conflict', 'source-changed');
      const current = (await fixture.find(bucketId, 'k'))!.seq;
      await rejects(append(bucketId, current, 'x', { size: 2 }), 'invalid-argument');
      await fixture.versioning(bucketId, 'enabled');
      await rejects(append(bucketId, current, 'x'), 'conflict', 'versioning');
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'k')), 'two');
    });

    it('renames over what is there, with a greater number and all else as it was', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'target', 'goes away');
      const { seq } = await fixture.put(bucketId, 'source', 'stays', { attributes: { tags: { t: '1' } }, at: 1234 });
      const before = (await fixture.find(bucketId, 'source'))!;
      const renamed = await rename(bucketId, 'source', 'target');
      assert.ok(renamed.seq! > seq);
      assert.equal(await fixture.find(bucketId, 'source'), undefined);
      same(await fixture.find(bucketId, 'target'), { ...before, key: 'target', seq: renamed.seq });
      same(await fixture.usage(bucketId), { objects: 1, bytes: 5 });
      same(await rename(bucketId, 'target', 'target'), { seq: renamed.seq });
      await rejects(rename(bucketId, 'source', 'target'), 'not-found', 'object');
      await fixture.versioning(bucketId, 'enabled');
      await rejects(rename(bucketId, 'target', 'other'), 'conflict', 'versioning');
    });

    it('holds conditions on source and target of a rename', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'source', 's');
      await fixture.put(bucketId, 'target', 't');
      await rejects(rename(bucketId, 'source', 'target', { precondition: { ifNoneMatch: ['*'] } }), 'precondition-failed');
      await rejects(rename(bucketId, 'source', 'target', { precondition: { ifMatch: ['other'] } }), 'precondition-failed');
      await rejects(rename(bucketId, 'source', 'target', { sourcePrecondition: { ifMatch: ['t'] } }), 'precondition-failed');
      await rejects(rename(bucketId, 'source', 'target', { sourcePrecondition: { ifNoneMatch: ['s'] } }), 'precondition-failed');
      await rename(bucketId, 'source', 'target', { precondition: { ifMatch: ['t'] }, sourcePrecondition: { ifMatch: ['s'] } });
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'target')), 's');
    });

    it('does a rename with a token once, until the token is forgotten', async () => {
      const bucketId = await fixture.bucket();
      await fixture.put(bucketId, 'a', 'first');
      const token = 'token';
      assert.ok((await rename(bucketId, 'a', 'b', { token })).seq !== undefined);
      await fixture.put(bucketId, 'a', 'second');
      same(await rename(bucketId, 'a', 'b', { token }), {});
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'b')), 'first');
      await rejects(rename(bucketId, 'b', 'c', { token }), 'conflict', 'client-token');
      const forget = (before: number) => fixture.apply<'forget-client-tokens'>({ kind: 'forget-client-tokens', before, limit: 100 });
      same(await forget(3000), { forgotten: 0 });
      same(await forget(3001), { forgotten: 1 });
      await rename(bucketId, 'a', 'b', { token });
      assert.equal(await fixture.textOf(await fixture.find(bucketId, 'b')), 'second');
    });

    it('remembers no token of a rename that was refused', async () => {
      const bucketId = await fixture.bucket();
      await rejects(rename(bucketId, 'a', 'b', { token: 't2' }), 'not-found', 'object');
      await fixture.put(bucketId, 'a', 'now it is there');
      assert.ok((await rename(bucketId, 'a', 'b', { token: 't2' })).seq !== undefined);
    });
  });
}
