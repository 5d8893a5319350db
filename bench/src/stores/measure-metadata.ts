import type { CallContext, MetadataStore } from '@zas/plugin-api';
import type { Row } from '../report/rows.js';
import { measureCalls } from './measure-calls.js';
import { MetadataWorks } from './metadata-works.js';
import { checkedCalls } from './prepared-calls.js';
import { METADATA_WORKS, type MetadataWork } from './work-names.js';

const CALLERS: Partial<Record<MetadataWork, readonly number[]>> = { 'meta-put': [1, 16, 64], 'meta-delete': [16] };

export interface StoreRun {
  readonly target: string;
  readonly seconds: number;
  readonly context: CallContext;
  wanted(work: string): boolean;
}

/** Measures each wanted work of a metadata store that holds nothing yet, or only other buckets. */
export async function measureMetadata(store: MetadataStore, { context, target, seconds, wanted }: StoreRun): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const works = new MetadataWorks(store, context);
  for (const work of METADATA_WORKS.filter(wanted)) {
    for (const callers of CALLERS[work] ?? [1]) {
      const call = checkedCalls(work, await works.prepare(work, seconds));
      rows.push(await measureCalls({ work, target, callers, seconds, call }));
    }
  }
  return rows;
}
