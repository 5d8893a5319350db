import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeepTags, RetentionRule } from './artifact-registry.js';
import { HOUR, RegistryFixture } from './artifact-registry.spec.fixture.js';
import { deleteTag } from './manifests.js';
import { PullRecorder } from './pull-recorder.js';
import { keptTags, retainTags, wouldExpire } from './retain-tags.js';

const DAY = 24 * HOUR;
const NOW = 100 * DAY;
const tag = (name: string, pushedDaysAgo: number, pulledDaysAgo?: number) => ({
  name,
  digest: 'd',
  movedAt: NOW - pushedDaysAgo * DAY,
  pulledAt: pulledDaysAgo === undefined ? undefined : NOW - pulledDaysAgo * DAY,
});
const TAGS = [tag('v1', 30), tag('v2', 20, 1), tag('v3', 10, 5), tag('v4', 5), tag('dev-1', 3, 2), tag('dev-2', 2), tag('latest', 1)];
const ALL = [/.*/];

describe('keptTags', () => {
  it.each<[string, readonly KeepTags[], string[]]>([
    ['nothing without a rule', [], []],
    ['all that a pattern fits', [{ patterns: [/^v\d$/] }], ['v1', 'v2', 'v3', 'v4']],
    ['the newest of them', [{ patterns: [/^v\d$/], mostRecentlyPushed: 2 }], ['v3', 'v4']],
    ['those pulled last', [{ patterns: ALL, mostRecentlyPulled: 2 }], ['dev-1', 'v2']],
    ['none that was never pulled', [{ patterns: [/^latest$/], mostRecentlyPulled: 5, pulledWithinMs: DAY * 50 }], []],
    ['what was pushed lately', [{ patterns: ALL, pushedWithinMs: 3 * DAY }], ['dev-1', 'dev-2', 'latest']],
    ['what was pulled lately', [{ patterns: ALL, pulledWithinMs: DAY }], ['v2']],
    ['what either number keeps', [{ patterns: [/^v/], mostRecentlyPushed: 1, pulledWithinMs: DAY }], ['v2', 'v4']],
    ['what either rule keeps', [{ patterns: [/^latest$/] }, { patterns: [/^dev/, /^x/], mostRecentlyPushed: 1 }], ['dev-2', 'latest']],
  ])('keeps %s', (_name, keep, expected) => {
    expect([...keptTags(TAGS, { keep }, NOW)].sort()).toEqual(expected);
  });

  it('decides between equally old tags the same way each time', () => {
    const same = ['b', 'c', 'a'].map((name) => tag(name, 1));
    expect([...keptTags(same, { keep: [{ patterns: ALL, mostRecentlyPushed: 2 }] }, NOW)].sort()).toEqual(['b', 'c']);
  });
});

describe('retention', () => {
  let fixture: RegistryFixture;
  beforeAll(async () => void (fixture = await RegistryFixture.start()));
  afterAll(async () => expect(await fixture.stop()).toBe(0));
  const rule = (more: Partial<RetentionRule>): RetentionRule => ({ keep: [{ patterns: ALL, mostRecentlyPushed: 1 }], delayMs: HOUR, dryRun: false, ...more });
  const names = async (work: AsyncIterable<{ tag: string }>) => {
    const found: string[] = [];
    for await (const { tag: name } of work) found.push(name);
    return found;
  };
  const run = async () => {
    const told: string[] = [];
    await retainTags(fixture.registry, fixture.context, (gone) => void told.push(gone.tag));
    return told;
  };

  it('deletes the tags that no rule keeps, after the delay, but immutable ones', async () => {
    const repository = await fixture.repository();
    for (const name of ['one', 'two', 'three', 'v1']) {
      await fixture.manifest(repository, name, { tags: [name] });
      fixture.now += 1000;
    }
    const left = async () => (await fixture.metadata.artifacts.tags(fixture.context, repository.id, { limit: 10 })).map(({ name }) => name);
    const isImmutable = (name: string) => name === 'v1';
    expect(await run()).toEqual([]);
    fixture.rules = { isImmutable, retention: rule({}) };
    expect(await run()).toEqual([]);
    fixture.now += HOUR;
    fixture.rules = { isImmutable, retention: rule({ dryRun: true }) };
    expect(await names(wouldExpire(fixture.registry, fixture.context))).toEqual(['one', 'three', 'two']);
    expect(await run()).toEqual(['one', 'three', 'two']);
    expect(await left()).toEqual(['one', 'three', 'two', 'v1']);
    fixture.rules = { isImmutable, retention: rule({ keep: [{ patterns: [/^t/], mostRecentlyPushed: 1 }] }) };
    expect(await run()).toEqual(['one', 'two']);
    expect(await left()).toEqual(['three', 'v1']);
  });

  it('spares a tag that went and came back meanwhile', async () => {
    fixture.rules = { retention: rule({ keep: [] }) };
    const repository = await fixture.repository();
    await fixture.manifest(repository, 'image', { tags: ['back'] });
    fixture.now += 2 * HOUR;
    const { registry, context, metadata } = fixture;
    const { artifacts } = metadata;
    const tags: typeof artifacts.tags = async (...asked) => {
      const found = await artifacts.tags(...asked);
      if (asked[1] === repository.id) {
        await deleteTag(registry, context, repository, 'back');
        await fixture.manifest(repository, 'image', { tags: ['back'] });
      }
      return found;
    };
    const slow = { ...registry, metadata: { ...metadata, artifacts: { ...artifacts, tags }, apply: metadata.apply.bind(metadata) } };
    const told: string[] = [];
    await retainTags(slow, context, ({ tag: name }) => void told.push(name));
    expect(told).not.toContain('back');
    expect((await artifacts.tags(context, repository.id, { limit: 10 })).map(({ name }) => name)).toEqual(['back']);
  });

  it('knows pulls once they are written down', async () => {
    const repository = await fixture.repository();
    for (const name of ['pulled', 'idle']) await fixture.manifest(repository, name, { tags: [name] });
    const recorder = new PullRecorder(fixture.metadata);
    const { digest } = (await fixture.metadata.artifacts.manifest(fixture.context, repository.id, { tag: 'pulled' }))!;
    recorder.pulled(repository.id, digest, 'pulled', fixture.now + 1);
    recorder.pulled(repository.id, digest, 'pulled', fixture.now + 2);
    await recorder.flush(fixture.context);
    await recorder.flush(fixture.context);
    const tags = await fixture.metadata.artifacts.tags(fixture.context, repository.id, { limit: 10 });
    expect(tags.map(({ name, pulledAt }) => [name, pulledAt])).toEqual([['idle', undefined], ['pulled', fixture.now + 2]]);
  });
});
