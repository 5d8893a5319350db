import { MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EventListener, FeedEntry, Job } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { DEAD_LETTERS, addFeedDelivery, readerOf } from './feed-delivery.js';

const context = testContext();
const clock = { now: () => 5, monotonic: () => 0 };
let metadata: MemoryMetadataStore;
let slept: number[];
let jobs: Map<string, Job>;
let lost: string[];

class Listener implements EventListener {
  readonly heard: string[] = [];
  /** Names of buckets that it cannot stand. */
  readonly refused = new Set<string>();

  constructor(readonly name: string) {}

  async handle(_context: unknown, entries: readonly FeedEntry[]): Promise<void> {
    if (entries.some(({ bucket }) => this.refused.has(bucket!))) throw new StoreError('internal', 'Not that one');
    this.heard.push(...entries.map(({ bucket }) => bucket!));
  }
}

const make = (...names: readonly string[]) => Promise.all(names.map((name) => metadata.apply(context, { kind: 'create-bucket', name, owner: 'o', region: 'r', at: 1 })));
const deliverTo = async (...listeners: readonly EventListener[]) => {
  jobs = new Map();
  const service = { add: (job: Job) => void jobs.set(job.name, job), runNow: async () => undefined };
  const sleep = async (ms: number) => void slept.push(ms);
  await addFeedDelivery(service, listeners, { metadata, clock, pollMs: 250, sleep, lost: (_context, reason) => void lost.push(reason) }, context);
};
const steps = async (name: string, count: number, fence = 1) => {
  for (let i = 0; i < count; i++) expect(await jobs.get(`deliver-${name}`)!.run(context, fence)).toBe('again');
};
const positionOf = async (listener: EventListener) => (await metadata.feed.readers(context)).find(({ name }) => name === readerOf(listener))?.position;

beforeEach(() => {
  metadata = new MemoryMetadataStore();
  slept = [];
  lost = [];
});

describe('feed delivery', () => {
  it('hands each listener what changes from its first start on, once, and waits when there is no more', async () => {
    const [one, two] = [new Listener('one'), new Listener('two')];
    await make('before');
    await deliverTo(one, two);
    await make('a', 'b');
    await steps('one', 2);
    expect([one.heard, two.heard]).toEqual([['a', 'b'], []]);
    await make('c');
    await steps('one', 1);
    await steps('two', 1);
    expect([one.heard, two.heard]).toEqual([['a', 'b', 'c'], ['a', 'b', 'c']]);
    expect(slept).toEqual([250, 250, 250, 250]);
  });

  it('goes on after a restart where it stood', async () => {
    const one = new Listener('one');
    await deliverTo(one);
    await make('a');
    await steps('one', 1);
    await make('b');
    const again = new Listener('one');
    await deliverTo(again);
    await steps('one', 1, 2);
    expect([one.heard, again.heard]).toEqual([['a'], ['b']]);
  });

  it('repeats with longer and longer pauses', async () => {
    const one = new Listener('one');
    await deliverTo(one);
    await make('a');
    one.refused.add('a');
    await steps('one', 3);
    expect(slept).toEqual([250, 500, 1000]);
    one.refused.clear();
    await steps('one', 1);
    expect(one.heard).toEqual(['a']);
  });

  it('puts aside the entry alone that is refused time and again', async () => {
    const one = new Listener('one');
    await deliverTo(one);
    await make('good', 'bad', 'better');
    one.refused.add('bad');
    await steps('one', 8 + 1 + 8 + 2);
    expect(one.heard).toEqual(['good', 'better']);
    const letters = await metadata.documents.list(context, ...DEAD_LETTERS, { limit: 10 });
    expect(letters.map(({ value }) => value)).toEqual([
      { listener: 'one', at: 5, attempts: 8, error: { code: 'internal', message: 'Not that one' }, entry: expect.objectContaining({ bucket: 'bad' }) },
    ]);
    expect(lost).toEqual([expect.stringMatching(/^one refused the change at \d+$/)]);
    await make('last');
    await steps('one', 2);
    expect(one.heard).toEqual(['good', 'better', 'last']);
  });

  it('moves on behind what was trimmed before it was read', async () => {
    const one = new Listener('one');
    await deliverTo(one);
    await make('a', 'b', 'c');
    await metadata.apply(context, { kind: 'trim-feed', keepAtMost: 1, limit: 10 });
    await steps('one', 1);
    expect(one.heard).toEqual(['c']);
    expect(lost).toEqual([expect.stringMatching(/^one missed the changes from \d+ to \d+$/)]);
    expect((await metadata.feed.readers(context)).map(({ name }) => name)).toEqual([readerOf(one)]);
  });

  it('lets the feed be trimmed behind the slowest, and all of it where nobody listens', async () => {
    const one = new Listener('one');
    await deliverTo(one);
    await make('a', 'b');
    await steps('one', 1);
    await make('c');
    expect(await metadata.apply(context, { kind: 'trim-feed', keepAtMost: 100, limit: 10 })).toEqual({ removed: 2 });
    expect(await positionOf(one)).toBeDefined();
    metadata = new MemoryMetadataStore();
    await deliverTo();
    await make('x');
    expect(await metadata.apply(context, { kind: 'trim-feed', keepAtMost: 100, limit: 10 })).toEqual({ removed: 1 });
  });
});
