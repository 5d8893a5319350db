import assert from 'node:assert/strict';
import type { ObjectListEntry, ObjectListPage } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { MetadataFixture, byteOrder, same, type MakeMetadataStore } from './metadata-fixture.js';

/** Characters whose byte order, UTF-16 order and roll-up differ; `/` is the delimiter. */
const LETTERS = ['a', 'b', '/', '/', '-', '\0', 'é', '\uFFFD', '\uFFFF', '\u{1F600}', '\u{10FFFF}'];

export function listingPromises(runner: Runner, makeStore: MakeMetadataStore): void {
  runner.describe('listing', () => {
    const fixture = MetadataFixture.declare(runner, makeStore);
    const { it } = runner;

    it('lists any page of any keys as a sorted array would', async () => {
      const random = seeded(11);
      const bucketId = await fixture.bucket();
      const keys = new Set<string>(['\u{10FFFF}'.repeat(3), 'k'.repeat(1024), '/'.repeat(1024), 'a/', 'a', 'a0']);
      while (keys.size < 150) keys.add(randomKey(random));
      await Promise.all([...keys].map((key) => fixture.put(bucketId, key, '')));
      for (const key of [...keys].filter(() => random() < 0.1)) {
        await fixture.remove(bucketId, key);
        keys.delete(key);
      }
      const sorted = [...keys].sort(byteOrder);
      for (let i = 0; i < 300; i++) {
        const query = {
          prefix: random() < 0.5 ? '' : randomKey(random).slice(0, 1 + Math.floor(random() * 2)).toWellFormed().replace('\uFFFD', 'a'),
          delimiter: random() < 0.6 ? pick(random, ['/', '-', 'a/', '\u{1F600}', '']) : undefined,
          after: random() < 0.6 ? pick(random, [...sorted, randomKey(random), 'a/', 'b/', '']) : undefined,
          limit: pick(random, [0, 1, 2, 5, 20, 1001]),
        };
        const page = await fixture.store.objects.list(fixture.context, { bucketId, ...query });
        same({ query, entries: page.entries.map(nameOf), truncated: page.truncated }, { query, ...model(sorted, query) });
      }
    });

    it('shows all entries once when paged through', async () => {
      const random = seeded(5);
      const bucketId = await fixture.bucket();
      const keys = new Set<string>();
      while (keys.size < 60) keys.add(randomKey(random));
      await Promise.all([...keys].map((key) => fixture.put(bucketId, key, '')));
      for (const delimiter of [undefined, '/', '\u{1F600}']) {
        for (const limit of [1, 3]) {
          const seen: string[] = [];
          let after: string | undefined;
          let page: ObjectListPage;
          do {
            page = await fixture.store.objects.list(fixture.context, { bucketId, prefix: '', delimiter, after, limit });
            seen.push(...page.entries.map(nameOf));
            after = seen.at(-1);
          } while (page.truncated && seen.length < 1000);
          same(seen, model([...keys].sort(byteOrder), { prefix: '', delimiter, limit: 1000 }).entries);
        }
      }
    });

    it('pages through all versions once', async () => {
      const random = seeded(23);
      const bucketId = await fixture.bucket();
      const keys = ['a', 'a/b', 'a/\u{1F600}', 'a\0', 'b/c', 'b/d', '\uFFFD', '\u{1F600}', 'z'];
      for (const versioning of ['off', 'enabled', 'suspended', 'enabled'] as const) {
        await fixture.versioning(bucketId, versioning);
        for (let i = 0; i < 25; i++) {
          if (random() < 0.7) await fixture.put(bucketId, pick(random, keys), '');
          else await fixture.remove(bucketId, pick(random, keys));
        }
      }
      const whole = await fixture.store.objects.listVersions(fixture.context, { bucketId, prefix: '', limit: 1001 });
      const expected = whole.entries.map(versionOf);
      assert.ok(!whole.truncated && expected.length > 30);
      assertVersionOrder(whole.entries);
      for (const limit of [1, 2, 7]) {
        const seen: ReturnType<typeof versionOf>[] = [];
        let page: ObjectListPage;
        let last: ReturnType<typeof versionOf> | undefined;
        do {
          const query = { bucketId, prefix: '', afterKey: last?.key, afterVersion: last?.versionId, limit };
          page = await fixture.store.objects.listVersions(fixture.context, query);
          seen.push(...page.entries.map(versionOf));
          last = seen.at(-1);
        } while (page.truncated && seen.length < 1000);
        same(seen, expected);
      }
      await assertVersionRollup(fixture, bucketId, expected.map((version) => version.key));
    });

    it('answers an empty page for a bucket that is not there', async () => {
      const empty = { entries: [], truncated: false };
      const query = { bucketId: 987654321, prefix: '', limit: 10 };
      same(await fixture.store.objects.list(fixture.context, query), empty);
      same(await fixture.store.objects.listVersions(fixture.context, query), empty);
    });
  });
}

async function assertVersionRollup(fixture: MetadataFixture, bucketId: number, keys: readonly string[]): Promise<void> {
  const names = keys.map((key) => (key.includes('/') ? key.slice(0, key.indexOf('/') + 1) : key));
  const expected = names.filter((name, i) => !name.endsWith('/') || name !== names[i - 1]);
  const seen: string[] = [];
  let marker: { afterKey?: string; afterVersion?: string } = {};
  let page: ObjectListPage;
  do {
    page = await fixture.store.objects.listVersions(fixture.context, { bucketId, prefix: '', delimiter: '/', ...marker, limit: 3 });
    seen.push(...page.entries.map(nameOf));
    const last = page.entries.at(-1)!;
    marker = last.kind === 'prefix' ? { afterKey: last.prefix } : { afterKey: last.object.key, afterVersion: last.object.versionId };
  } while (page.truncated && seen.length < 1000);
  same(seen, expected);
}

/** Keys ascend by bytes, numbers descend within a key, exactly the first of a key is the latest. */
function assertVersionOrder(entries: readonly ObjectListEntry[]): void {
  let before: { key: string; seq: number } | undefined;
  for (const entry of entries) {
    assert.equal(entry.kind, 'object');
    const { key, seq, isLatest } = entry.object;
    const order = before ? byteOrder(before.key, key) : -1;
    assert.ok(order < 0 || (order === 0 && before!.seq > seq));
    assert.equal(isLatest, order !== 0);
    before = entry.object;
  }
}

function versionOf(entry: ObjectListEntry): { key: string; versionId: string; isLatest: boolean } {
  assert.equal(entry.kind, 'object');
  const { key, versionId, isLatest } = entry.object;
  return { key, versionId, isLatest };
}

function nameOf(entry: ObjectListEntry): string {
  return entry.kind === 'object' ? entry.object.key : entry.prefix;
}

/** What a listing over `sorted` has to answer, written as plainly as can be. */
function model(
  sorted: readonly string[],
  { prefix, delimiter, after, limit }: { prefix: string; delimiter?: string; after?: string; limit: number },
): { entries: string[]; truncated: boolean } {
  const rolled = (key: string) => {
    const at = delimiter && key.startsWith(prefix) ? key.indexOf(delimiter, prefix.length) : -1;
    return at < 0 ? key : key.slice(0, at + delimiter!.length);
  };
  const skipsAll = after !== undefined && delimiter !== '' && delimiter !== undefined && isCommonPrefix(after, prefix, delimiter);
  const covered = (key: string) => after !== undefined && (byteOrder(key, after) <= 0 || (skipsAll && key.startsWith(after)));
  const names = [...new Set(sorted.filter((key) => key.startsWith(prefix) && !covered(key)).map(rolled))];
  return { entries: names.slice(0, limit), truncated: names.length > limit };
}

/** True when the first delimiter behind the prefix ends `text`. */
function isCommonPrefix(text: string, prefix: string, delimiter: string): boolean {
  if (!text.startsWith(prefix)) return false;
  return text.indexOf(delimiter, prefix.length) === Math.max(prefix.length, text.length - delimiter.length);
}

function randomKey(random: () => number): string {
  let key = '';
  const length = 1 + Math.floor(random() * 6);
  for (let i = 0; i < length; i++) key += pick(random, LETTERS);
  return key;
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
