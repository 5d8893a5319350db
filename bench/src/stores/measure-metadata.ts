import { randomBytes } from 'node:crypto';
import type { CallContext, MetadataStore } from '@zas/plugin-api';
import type { Row } from '../report/rows.js';
import { ObjectWriter } from '../seed/object-writer.js';
import { measureCalls, repeat } from './measure-calls.js';
import type { MetadataWork } from './work-names.js';

const BODY_BYTES = 4096;
const READ_OBJECTS = 2000;
const LIST_PREFIXES = 100;
const PUT_CALLERS = [1, 16, 64];
const DELETE_CALLERS = 16;
const READ_CALLERS = 1;
const STRIDE = 7919;
/** For deleting, stored before; the faster stores end early. */
const STORED_PER_SECOND = 10_000;
const FILL_CALLERS = 256;
/** The double keeps what it is given. */
const MOST_PUTS = 100_000;

export interface StoreRun {
  readonly target: string;
  readonly seconds: number;
  readonly context: CallContext;
  wanted(work: string): boolean;
}

/** Measures each wanted work of a metadata store that holds nothing yet, or only other buckets. */
export async function measureMetadata(store: MetadataStore, run: StoreRun): Promise<readonly Row[]> {
  const { context, target, seconds } = run;
  const rows: Row[] = [];
  const bytes = randomBytes(BODY_BYTES);
  const measure = async (work: MetadataWork, callers: number, call: (i: number) => Promise<unknown> | false) => {
    rows.push(await measureCalls({ work, target, callers, seconds, call }));
  };

  if (run.wanted('meta-put')) {
    for (const callers of PUT_CALLERS) {
      const writer = await ObjectWriter.inNewBucket(store, context, `put-${callers}`);
      await measure('meta-put', callers, (i) => i < MOST_PUTS && writer.put(`key/${i}`, bytes));
    }
  }

  const reading: readonly MetadataWork[] = ['meta-find', 'meta-find-body', 'meta-list', 'meta-list-delim'];
  if (reading.some(run.wanted)) {
    const { bucketId, put } = await ObjectWriter.inNewBucket(store, context, 'read');
    const key = (i: number) => `${String(i % LIST_PREFIXES).padStart(3, '0')}/${i}`;
    await repeat(READ_OBJECTS, FILL_CALLERS, (i) => put(key(i), bytes));
    const find = (body: boolean) => async (i: number) => {
      const found = await store.objects.find(context, { bucketId, key: key((i * STRIDE) % READ_OBJECTS) }, { body });
      if (found?.size !== BODY_BYTES) throw new Error('The object was not found');
    };
    const list = (entries: number, delimiter?: string) => async () => {
      const page = await store.objects.list(context, { bucketId, prefix: '', delimiter, limit: 1000 });
      if (page.entries.length !== entries) throw new Error(`The page has ${page.entries.length} entries instead of ${entries}`);
    };
    if (run.wanted('meta-find')) await measure('meta-find', READ_CALLERS, find(false));
    if (run.wanted('meta-find-body')) await measure('meta-find-body', READ_CALLERS, find(true));
    if (run.wanted('meta-list')) await measure('meta-list', READ_CALLERS, list(1000));
    if (run.wanted('meta-list-delim')) await measure('meta-list-delim', READ_CALLERS, list(LIST_PREFIXES, '/'));
  }

  if (run.wanted('meta-delete')) {
    const writer = await ObjectWriter.inNewBucket(store, context, 'delete');
    const stored = Math.ceil(seconds * STORED_PER_SECOND);
    await repeat(stored, FILL_CALLERS, (i) => writer.put(`key/${i}`, bytes));
    await measure('meta-delete', DELETE_CALLERS, (i) => i < stored && writer.remove(`key/${i}`));
  }
  return rows;
}
