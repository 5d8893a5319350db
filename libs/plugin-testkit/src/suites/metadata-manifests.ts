import assert from 'node:assert/strict';
import type { RepositoryId, TagToSet, Unused } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, newContent, rejects, same, type MakeMetadataStore } from './metadata-fixture.js';
import { RepositorySteps, digestOf } from './repository-steps.js';

export function manifestPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('manifests and tags', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const steps = new RepositorySteps(fixture);
    const { it } = runner;
    const { context } = fixture;
    const tagNames = async (repositoryId: RepositoryId, query: { after?: string; limit: number; digest?: string } = { limit: 100 }) =>
      (await fixture.store.artifacts.tags(context, repositoryId, query)).map(({ name }) => name);
    const unusedBlobs = async (repositoryId: RepositoryId, before: number) => ofRepository(repositoryId, await fixture.store.unused.blobs(context, before, { limit: 10_000 }));
    const unusedManifests = async (repositoryId: RepositoryId, before: number) =>
      ofRepository(repositoryId, await fixture.store.unused.manifests(context, before, { limit: 10_000 }));
    const ofRepository = (repositoryId: RepositoryId, found: readonly Unused[]) =>
      found.filter(({ repository }) => repository.id === repositoryId).map(({ digest, unusedSince }) => ({ digest, unusedSince }));

    it('stores a manifest whole, by digest and by tag', async () => {
      const repositoryId = await steps.repository();
      await steps.link(repositoryId, 'config');
      same(await steps.put(repositoryId, 'an image', { blobs: ['config'], tags: ['latest', 'v1'], artifactType: 'application/x' }), { created: true });
      const { body, ...rest } = (await steps.manifest(repositoryId, 'an image'))!;
      const mediaType = 'application/vnd.oci.image.manifest.v1+json';
      same(rest, { digest: digestOf('an image'), mediaType, size: 8, pushedAt: 200, artifactType: 'application/x' });
      assert.ok(body.kind === 'inline' && Buffer.from(body.bytes!).toString() === 'an image');
      assert.equal((await steps.tagged(repositoryId, 'v1'))!.digest, digestOf('an image'));
      assert.equal(await steps.tagged(repositoryId, 'v2'), undefined);
      assert.equal(await steps.tagged(await steps.repository(), 'v1'), undefined);
      same(await steps.put(repositoryId, 'an image', { blobs: ['config'], tags: ['v2'], at: 300 }), { created: false });
      assert.equal((await steps.tagged(repositoryId, 'v2'))!.pushedAt, 200);
      same(await tagNames(repositoryId, { limit: 10, digest: digestOf('an image') }), ['latest', 'v1', 'v2']);
      await rejects(steps.put(repositoryId, 'of another size', { size: 1 }), 'invalid-argument');
    });

    it('keeps a large manifest as stored bytes', async () => {
      const [repositoryId, epoch] = [await steps.repository(), await fixture.epoch()];
      const content = newContent('manifest-locator', 'a large manifest');
      await steps.put(repositoryId, 'a large manifest', { body: { kind: 'stored', content, epoch } });
      const { body } = (await steps.manifest(repositoryId, 'a large manifest'))!;
      assert.ok(body.kind === 'content' && body.locator === 'manifest-locator' && body.contentSize === 16);
      await steps.remove(repositoryId, 'a large manifest');
      const [row] = (await fixture.store.blobs.list(context, { after: 0, limit: 10_000 })).filter(({ locator }) => locator === 'manifest-locator');
      assert.equal(row?.state, 'condemned');
    });

    it('refuses a manifest whose references are not in its repository, and stores nothing of it', async () => {
      const [repositoryId, other] = [await steps.repository(), await steps.repository()];
      await steps.link(other, 'elsewhere');
      await steps.put(other, 'child elsewhere');
      await assert.rejects(steps.put(repositoryId, 'image', { blobs: ['elsewhere'], tags: ['v1'] }), (error: { details: object }) => {
        same(error.details, { reason: 'manifest-reference', digest: digestOf('elsewhere'), kind: 'blob' });
        return true;
      });
      await rejects(steps.put(repositoryId, 'index', { manifests: ['child elsewhere'], tags: ['v1'] }), 'not-found', 'manifest-reference');
      same(await tagNames(repositoryId), []);
      assert.equal(await steps.manifest(repositoryId, 'image'), undefined);
      const references = [{ kind: 'blob' as const, digest: digestOf('elsewhere'), required: false }];
      same(await steps.put(repositoryId, 'image', { references }), { created: true });
    });

    it('refuses a manifest that states another size of what is there', async () => {
      const repositoryId = await steps.repository();
      await steps.link(repositoryId, 'layer');
      const of = (size: number, required = true) => [{ kind: 'blob' as const, digest: digestOf('layer'), size, required }];
      await rejects(steps.put(repositoryId, 'lying', { references: of(6) }), 'invalid-argument', 'manifest');
      await rejects(steps.put(repositoryId, 'lying', { references: of(6, false) }), 'invalid-argument', 'manifest');
      await steps.put(repositoryId, 'honest', { references: of(5) });
      assert.equal(await steps.manifest(repositoryId, 'lying'), undefined);
    });

    it('sets all tags of a push or none', async () => {
      const repositoryId = await steps.repository();
      const push = (text: string, tags: readonly Partial<TagToSet>[]) =>
        fixture.apply<'put-manifest'>({
          ...{ kind: 'put-manifest', repositoryId, digest: digestOf(text), size: text.length, mediaType: 'm', references: [], at: 5 },
          body: { kind: 'inline', bytes: Buffer.from(text) },
          tags: tags.map((tag) => ({ name: 'v1', mayCreate: true, mayMove: true, immutable: false, ...tag })),
        });
      await push('one', [{}, { name: 'v2' }]);
      await rejects(push('two', [{ name: 'v3' }, { name: 'v1', immutable: true }]), 'conflict', 'tag-immutable');
      await rejects(push('two', [{ name: 'v3' }, { name: 'v1', mayMove: false }]), 'access-denied', 'tag');
      await rejects(push('two', [{ name: 'v1' }, { name: 'v3', mayCreate: false }]), 'access-denied', 'tag');
      assert.equal(await steps.manifest(repositoryId, 'two'), undefined);
      same(await tagNames(repositoryId), ['v1', 'v2']);
      // The same digest again moves nothing.
      await push('one', [{ mayCreate: false, mayMove: false, immutable: true }]);
      await push('two', [{ name: 'v4', immutable: true }, { mayCreate: false }]);
      assert.equal((await steps.tagged(repositoryId, 'v1'))!.digest, digestOf('two'));
    });

    it('lists tags by name, page by page', async () => {
      const repositoryId = await steps.repository();
      await steps.put(repositoryId, 'm', { tags: ['b', 'B', 'a', '_x', '10', '9', 'a.b'] });
      const all = ['10', '9', 'B', '_x', 'a', 'a.b', 'b'];
      same(await tagNames(repositoryId), all);
      same(await tagNames(repositoryId, { limit: 3 }), all.slice(0, 3));
      same(await tagNames(repositoryId, { limit: 3, after: 'B' }), all.slice(3, 6));
      same(await tagNames(repositoryId, { limit: 3, after: 'C' }), all.slice(3, 6));
      same(await tagNames(repositoryId, { limit: 3, after: 'z' }), []);
      const [first] = await fixture.store.artifacts.tags(context, repositoryId, { limit: 1 });
      same(first, { name: '10', digest: digestOf('m'), movedAt: 200 });
    });

    it('deletes tags and keeps their manifest', async () => {
      const repositoryId = await steps.repository();
      await steps.put(repositoryId, 'm', { tags: ['v1', 'v2'] });
      await rejects(steps.untag(repositoryId, 'v3'), 'not-found', 'tag');
      await rejects(steps.untag(repositoryId, 'v1', { digest: digestOf('other') }), 'conflict', 'tag-moved');
      const { movedAt } = (await fixture.store.artifacts.tags(context, repositoryId, { limit: 1 }))[0]!;
      await rejects(steps.untag(repositoryId, 'v1', { digest: digestOf('m'), movedAt: movedAt - 1 }), 'conflict', 'tag-moved');
      await steps.untag(repositoryId, 'v1', { digest: digestOf('m'), movedAt });
      same(await tagNames(repositoryId), ['v2']);
      assert.ok(await steps.manifest(repositoryId, 'm'));
    });

    it('deletes a manifest with the tags that its remover knew', async () => {
      const repositoryId = await steps.repository();
      await steps.put(repositoryId, 'm', { tags: ['v1', 'v2'] });
      await rejects(steps.remove(repositoryId, 'm', ['v1']), 'conflict', 'tags-changed');
      same(await tagNames(repositoryId), ['v1', 'v2']);
      same(await steps.remove(repositoryId, 'm', ['v1', 'v2', 'v3']), { tags: ['v1', 'v2'] });
      same(await tagNames(repositoryId), []);
      await rejects(steps.remove(repositoryId, 'm'), 'not-found', 'manifest');
    });

    it('protects what is referenced, unless told otherwise', async () => {
      const repositoryId = await steps.repository();
      await steps.link(repositoryId, 'layer');
      await steps.put(repositoryId, 'child', { blobs: ['layer'] });
      await steps.put(repositoryId, 'index', { manifests: ['child'] });
      await rejects(steps.remove(repositoryId, 'child'), 'conflict', 'manifest-referenced');
      await rejects(steps.unlink(repositoryId, 'layer'), 'conflict', 'blob-referenced');
      await steps.remove(repositoryId, 'child', [], { referenced: true });
      await steps.unlink(repositoryId, 'layer', {});
      assert.equal(await steps.manifest(repositoryId, 'child'), undefined);
      await steps.link(repositoryId, 'layer');
      await steps.put(repositoryId, 'child', { blobs: ['layer'] });
      // The index was there all the time.
      assert.equal((await steps.manifest(repositoryId, 'child'))!.unusedSince, undefined);
      await steps.unlink(repositoryId, 'layer', { referenced: true });
      assert.equal(await steps.blob(repositoryId, 'layer'), undefined);
      await steps.link(repositoryId, 'layer');
      assert.equal((await steps.blob(repositoryId, 'layer'))!.unusedSince, undefined);
    });

    it('knows since when blobs are unused', async () => {
      const repositoryId = await steps.repository();
      await steps.link(repositoryId, 'shared', { at: 10 });
      await steps.link(repositoryId, 'alone', { at: 20 });
      await steps.put(repositoryId, 'one', { blobs: ['shared'], at: 30 });
      await steps.put(repositoryId, 'two', { blobs: ['shared', 'shared'], at: 40 });
      same(await unusedBlobs(repositoryId, 1e9), [{ digest: digestOf('alone'), unusedSince: 20 }]);
      same(await unusedBlobs(repositoryId, 20), []);
      await steps.remove(repositoryId, 'one', [], { at: 50 });
      await steps.remove(repositoryId, 'two', [], { at: 60 });
      same(await unusedBlobs(repositoryId, 1e9), [
        { digest: digestOf('alone'), unusedSince: 20 },
        { digest: digestOf('shared'), unusedSince: 60 },
      ]);
      await steps.put(repositoryId, 'three', { blobs: ['shared'], at: 70 });
      same(await unusedBlobs(repositoryId, 1e9), [{ digest: digestOf('alone'), unusedSince: 20 }]);
    });

    it('knows since when manifests are unused', async () => {
      const repositoryId = await steps.repository();
      await steps.put(repositoryId, 'child', { at: 10 });
      same(await unusedManifests(repositoryId, 1e9), [{ digest: digestOf('child'), unusedSince: 10 }]);
      await steps.put(repositoryId, 'index', { manifests: ['child'], tags: ['v1'], at: 20 });
      same(await unusedManifests(repositoryId, 1e9), []);
      await steps.put(repositoryId, 'other', { tags: ['v1'], at: 30 });
      same(await unusedManifests(repositoryId, 1e9), [{ digest: digestOf('index'), unusedSince: 30 }]);
      await rejects(steps.remove(repositoryId, 'index', [], { unusedBefore: 30 }), 'conflict', 'manifest-used');
      await rejects(steps.remove(repositoryId, 'child', [], { unusedBefore: 1e9, referenced: true }), 'conflict', 'manifest-used');
      await steps.remove(repositoryId, 'index', [], { unusedBefore: 31, at: 40 });
      same(await unusedManifests(repositoryId, 1e9), [{ digest: digestOf('child'), unusedSince: 40 }]);
      await steps.put(repositoryId, 'child', { tags: ['kept'], at: 50 });
      same(await unusedManifests(repositoryId, 1e9), []);
      await steps.untag(repositoryId, 'kept', { at: 60 });
      same(await unusedManifests(repositoryId, 1e9), [{ digest: digestOf('child'), unusedSince: 60 }]);
    });

    it('counts the disuse of what is pushed again anew', async () => {
      const repositoryId = await steps.repository();
      await steps.link(repositoryId, 'layer', { at: 10 });
      await steps.put(repositoryId, 'child', { at: 10 });
      await steps.link(repositoryId, 'layer', { at: 30 });
      await steps.put(repositoryId, 'child', { at: 40 });
      await steps.link(repositoryId, 'layer', { at: 20 });
      await steps.put(repositoryId, 'child', { at: 20 });
      same(await unusedBlobs(repositoryId, 1e9), [{ digest: digestOf('layer'), unusedSince: 30 }]);
      same(await unusedManifests(repositoryId, 1e9), [{ digest: digestOf('child'), unusedSince: 40 }]);
    });

    it('counts the disuse of a manifest that is touched anew, and nothing else', async () => {
      const repositoryId = await steps.repository();
      await steps.put(repositoryId, 'child', { at: 10 });
      await steps.put(repositoryId, 'tagged', { tags: ['v1'], at: 10 });
      for (const at of [30, 20]) for (const text of ['child', 'tagged', 'absent']) await fixture.apply<'touch-manifest'>({ kind: 'touch-manifest', repositoryId, digest: digestOf(text), at });
      same(await unusedManifests(repositoryId, 1e9), [{ digest: digestOf('child'), unusedSince: 30 }]);
    });

    it('counts referrers as used until their subject goes', async () => {
      const repositoryId = await steps.repository();
      const subject = digestOf('subject');
      await steps.put(repositoryId, 'early signature', { subject, at: 10 });
      same(await unusedManifests(repositoryId, 1e9), []);
      await steps.put(repositoryId, 'subject', { tags: ['v1'], at: 20 });
      await steps.put(repositoryId, 'tagged signature', { subject, tags: ['sig'], at: 30 });
      await steps.put(repositoryId, 'signature of signature', { subject: digestOf('early signature'), at: 40 });
      await steps.remove(repositoryId, 'subject', ['v1'], { at: 50 });
      same(await unusedManifests(repositoryId, 1e9), [{ digest: digestOf('early signature'), unusedSince: 50 }]);
      await steps.untag(repositoryId, 'sig', { at: 60 });
      same(await unusedManifests(repositoryId, 1e9), [
        { digest: digestOf('early signature'), unusedSince: 50 },
        { digest: digestOf('tagged signature'), unusedSince: 60 },
      ]);
      await steps.put(repositoryId, 'subject', { tags: ['v1'], at: 70 });
      same(await unusedManifests(repositoryId, 1e9), []);
      await steps.remove(repositoryId, 'subject', ['v1'], { at: 80 });
      await steps.remove(repositoryId, 'early signature', [], { unusedBefore: 81, at: 90 });
      same(await unusedManifests(repositoryId, 1e9), [
        { digest: digestOf('tagged signature'), unusedSince: 80 },
        { digest: digestOf('signature of signature'), unusedSince: 90 },
      ]);
    });

    it('pages through what is unused', async () => {
      const repositories = [await steps.repository(), await steps.repository()];
      const expected: string[] = [];
      for (const at of [1e6, 1e6 + 1]) {
        for (const repositoryId of repositories) {
          const texts = ['a', 'b', 'c'].map((text) => `paged ${text} ${at}`);
          for (const text of texts) await steps.link(repositoryId, text, { at });
          expected.push(...texts.map((text) => `${repositoryId} ${digestOf(text)}`).sort());
        }
      }
      const found: string[] = [];
      let after: Unused | undefined;
      for (;;) {
        const page: readonly Unused[] = await fixture.store.unused.blobs(context, 1e9, { after, limit: 5 });
        found.push(...page.filter(({ unusedSince }) => unusedSince >= 1e6).map(({ repository, digest }) => `${repository.id} ${digest}`));
        if (page.length < 5) break;
        after = page.at(-1);
      }
      same(found, expected);
    });

    it('lists referrers by digest, by type, page by page, with what they say', async () => {
      const repositoryId = await steps.repository();
      const subject = digestOf('image');
      const texts = ['sig 1', 'sig 2', 'sig 3', 'sbom 1', 'sbom 2'];
      for (const text of texts) await steps.put(repositoryId, text, { subject, artifactType: `type/${text.split(' ')[0]}`, annotations: { text } });
      await steps.put(repositoryId, 'no subject', { artifactType: 'type/sig', annotations: { text: 'kept not' } });
      const list = async (query: { after?: string; limit: number; artifactType?: string }) =>
        (await fixture.store.artifacts.referrers(context, repositoryId, subject, query)).map(({ digest }) => digest);
      const sorted = (some: string[]) => some.map(digestOf).sort();
      same(await list({ limit: 10 }), sorted(texts));
      same(await list({ limit: 10, artifactType: 'type/sig' }), sorted(texts.slice(0, 3)));
      same(await list({ limit: 2, artifactType: 'type/sig', after: sorted(texts.slice(0, 3))[0]! }), sorted(texts.slice(0, 3)).slice(1));
      same(await list({ limit: 2, after: sorted(texts)[1]! }), sorted(texts).slice(2, 4));
      same(await list({ limit: 10, artifactType: 'type/none' }), []);
      const [found] = await fixture.store.artifacts.referrers(context, repositoryId, subject, { limit: 1, artifactType: 'type/sbom' });
      const text = texts.find((one) => digestOf(one) === found!.digest)!;
      same(found, { digest: digestOf(text), mediaType: 'application/vnd.oci.image.manifest.v1+json', size: text.length, artifactType: 'type/sbom', annotations: { text } });
      assert.equal((await steps.manifest(repositoryId, 'no subject'))!.annotations, undefined);
      await steps.remove(repositoryId, 'sig 1');
      same(await list({ limit: 10, artifactType: 'type/sig' }), sorted(['sig 2', 'sig 3']));
    });

    it('lists manifests by digest', async () => {
      const repositoryId = await steps.repository();
      const texts = ['x', 'y', 'z'];
      for (const text of texts) await steps.put(repositoryId, text);
      const list = async (query: { after?: string; limit: number }) =>
        (await fixture.store.artifacts.manifests(context, repositoryId, query)).map(({ digest }) => digest);
      const all = texts.map(digestOf).sort();
      same(await list({ limit: 10 }), all);
      same(await list({ limit: 1, after: all[0]! }), [all[1]]);
    });

    it('remembers pulls, the latest ones', async () => {
      const repositoryId = await steps.repository();
      await steps.put(repositoryId, 'm', { tags: ['v1'] });
      const pull = (at: number, tag?: string) => ({ repositoryId, digest: digestOf('m'), tag, at });
      const record = (...pulls: ReturnType<typeof pull>[]) => fixture.apply<'record-pulls'>({ kind: 'record-pulls', pulls });
      await record(pull(500, 'v1'), pull(600), { ...pull(1), repositoryId: 987654321 }, { ...pull(700), digest: digestOf('gone') }, pull(100, 'gone'));
      assert.equal((await steps.manifest(repositoryId, 'm'))!.pulledAt, 600);
      assert.equal((await fixture.store.artifacts.tags(context, repositoryId, { limit: 1 }))[0]!.pulledAt, 500);
      await record(pull(400, 'v1'));
      assert.equal((await steps.manifest(repositoryId, 'm'))!.pulledAt, 600);
      assert.equal((await fixture.store.artifacts.tags(context, repositoryId, { limit: 1 }))[0]!.pulledAt, 500);
    });
  });
}
