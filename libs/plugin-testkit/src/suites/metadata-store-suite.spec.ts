import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallContext, Intent, MetadataStore, ObjectListQuery } from '@zas/plugin-api';
import { collectResults } from '../collecting-runner.js';
import { MemoryMetadataStore } from '../doubles/memory-metadata-store.js';
import { metadataStoreSuite } from './metadata-store-suite.js';

const subject = (store: MetadataStore) => ({ store, close: async () => undefined });

const noRestart = 'the double keeps everything in memory';

metadataStoreSuite({ describe, it, before: beforeAll, after: afterAll }, async () => subject(new MemoryMetadataStore()), { noRestart });

/** A twin whose listing skips the third entry of a page. */
class SkippingStore extends MemoryMetadataStore {
  constructor() {
    super();
    const list = this.objects.list.bind(this.objects);
    this.objects.list = async (context: CallContext, query: ObjectListQuery) => {
      const page = await list(context, query);
      return { ...page, entries: page.entries.filter((_, i) => i !== 2) };
    };
  }
}

/** A twin that changes each intent before it is applied. */
function altering(alter: (intent: Intent) => Intent): MetadataStore {
  const store = new MemoryMetadataStore();
  const apply = store.apply.bind(store) as (context: CallContext, intent: Intent) => Promise<unknown>;
  return Object.assign(store, { apply: (context: CallContext, intent: Intent) => apply(context, alter(intent)) });
}

describe('the suite, over broken twins', () => {
  it.each<[string, () => MetadataStore, string]>([
    ['a listing that skips a key', () => new SkippingStore(), 'lists any page of any keys as a sorted array would'],
    [
      'preconditions that are ignored',
      () => altering((intent) => (intent.kind === 'put-object' ? { ...intent, precondition: undefined } : intent)),
      'holds preconditions in the commit',
    ],
    [
      'contents that are claimed too early',
      () => altering((intent) => (intent.kind === 'claim-contents' ? { ...intent, condemnedBefore: Infinity } : intent)),
      'revives condemned content, but not what is being deleted',
    ],
    [
      'a delete that forgets its version id',
      () => altering((intent) => (intent.kind === 'delete-object' ? { ...intent, versionId: undefined } : intent)),
      'hides the object behind a delete marker and shows it again without',
    ],
  ])('fails for %s', async (_name, make, failing) => {
    const { failed, passed } = await collectResults((runner) => metadataStoreSuite(runner, async () => subject(make()), { noRestart }));
    expect(failed).toContain(failing);
    expect(passed.length).toBeGreaterThan(0);
  });
});
