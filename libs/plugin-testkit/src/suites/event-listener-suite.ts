import type { EventListener, FeedEntry } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** A listener under test. */
export interface EventListenerSubject {
  readonly listener: EventListener;
  /** Positions of the entries that had their effect so far, in order; one that had it twice stands there twice. */
  effects(): Promise<readonly string[]>;
  close?(): Promise<void>;
}

const entry = (number: number, more: Partial<FeedEntry> = {}): FeedEntry => ({
  position: String(number).padStart(16, '0'),
  kind: 'object-created',
  at: 1_800_000_000_000 + number,
  bucketId: 1,
  bucket: 'b',
  key: `k${number}`,
  versionId: 'null',
  size: 1,
  etag: 'e',
  cause: 'put',
  principal: 'config:tester',
  credentialId: 'KEY-tester',
  address: '10.0.0.1',
  requestId: `R${number}`,
  ...more,
});
const positions = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => entry(from + i).position);
const entries = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => entry(from + i));

/** Every promise of `events.listener/v1alpha` that needs no knowledge of what a listener does. */
export function eventListenerSuite(runner: Runner, make: () => Promise<EventListenerSubject>): void {
  const { describe, it, before, after } = runner;
  const context = testContext({ principal: undefined, address: undefined });

  describe('events.listener/v1alpha', () => {
    let subject: EventListenerSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    it('has a name that can name its position', () => {
      assert.match(subject.listener.name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.equal(subject.listener.name, subject.listener.name);
    });

    it('has taken a batch when it resolves, in order', async () => {
      await subject.listener.handle(context, entries(1, 1));
      await subject.listener.handle(context, entries(2, 500));
      assert.deepEqual(await subject.effects(), positions(1, 500));
    });

    it('bears a batch that comes again, whole or in part', async () => {
      await subject.listener.handle(context, entries(300, 500));
      await subject.listener.handle(context, entries(499, 502));
      assert.deepEqual(await subject.effects(), positions(1, 502));
    });

    it('bears entries that say little, of any kind, and none', async () => {
      const kinds = ['bucket-configured', 'object-deleted', 'upload-aborted', 'repository-created', 'blob-linked', 'manifest-deleted', 'tag-set', 'from-the-future'] as const;
      const odd = kinds.map((kind, i) => ({ position: entry(600 + i).position, kind: kind as FeedEntry['kind'], at: 0, requestId: '' }));
      await subject.listener.handle(context, odd);
      await subject.listener.handle(context, []);
      await subject.listener.handle(context, entries(700, 700));
      assert.equal((await subject.effects()).at(-1), entry(700).position);
    });
  });
}
