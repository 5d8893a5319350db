import type { CallContext, MetadataStore } from '@zas/plugin-api';
import { ObjectWriter } from '../seed/object-writer.js';
import { repeat } from '../stores/measure-calls.js';
import { CALLERS, type MicroBenchmark, type MicroStage } from './micro-benchmark.js';

const PAGE = 1000;
const KEYS = 64;
const READER = 'bench';
let buckets = 0;

/** The smallest change that leaves an entry. */
function retag(store: MetadataStore, context: CallContext, { bucketId }: ObjectWriter, i: number) {
  return store.apply<'update-object'>(context, { kind: 'update-object', bucketId, key: `key/${i % KEYS}`, tags: { number: String(i) }, at: Date.now() });
}

async function taggedBucket({ metadata, context }: MicroStage): Promise<ObjectWriter> {
  const writer = await ObjectWriter.inNewBucket(metadata, context, `feed-${buckets++}`);
  await repeat(KEYS, KEYS, (i) => writer.put(`key/${i}`, Buffer.from('tagged')));
  return writer;
}

export const FEED_BENCHMARKS: readonly MicroBenchmark[] = [
  {
    name: 'feed-append',
    subject: 'event feed',
    about: 'new tags of an object with their entry, durable',
    callers: CALLERS,
    prepare: async (stage) => {
      const writer = await taggedBucket(stage);
      return { run: (i) => retag(stage.metadata, stage.context, writer, i), check: (outcome) => ((outcome as { seq: number } | undefined)?.seq ?? 0) > 0 };
    },
  },
  {
    name: 'feed-read',
    subject: 'event feed',
    about: 'a page of 1,000 entries',
    callers: CALLERS,
    prepare: async (stage) => {
      const { metadata, context } = stage;
      const writer = await taggedBucket(stage);
      const { position } = await metadata.apply<'register-feed-reader'>(context, { kind: 'register-feed-reader', name: READER, from: 'now' });
      await repeat(PAGE, PAGE, (i) => retag(metadata, context, writer, i));
      return {
        run: () => metadata.feed.read(context, position, PAGE),
        check: (page) => (page as { entries: readonly unknown[] } | undefined)?.entries.length === PAGE,
        finish: async () => void (await metadata.apply<'remove-feed-reader'>(context, { kind: 'remove-feed-reader', name: READER })),
      };
    },
  },
];
