import type { BlobStore } from '@zas/plugin-api';
import type { Row } from '../report/rows.js';
import { BlobWorks, bytesOf } from './blob-works.js';
import { measureCalls } from './measure-calls.js';
import type { StoreRun } from './measure-metadata.js';
import { checkedCalls } from './prepared-calls.js';
import { BLOB_WORKS } from './work-names.js';

const CALLERS = [1, 16];

/** Measures each wanted work of a blob store that holds nothing yet. */
export async function measureBlobs(store: BlobStore, { context, target, seconds, wanted }: StoreRun): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const works = new BlobWorks(store, context);
  for (const work of BLOB_WORKS.filter(wanted)) {
    for (const callers of CALLERS) {
      const prepared = await works.prepare(work);
      rows.push(await measureCalls({ work, target, callers, seconds, bytes: bytesOf(work), call: checkedCalls(work, prepared) }));
      await prepared.finish?.();
    }
  }
  return rows;
}
