import sqlitePlugin from '@zas/metadata-sqlite';
import type { BlobStore, MetadataStore } from '@zas/plugin-api';
import { blobStore, metadataStore } from '@zas/plugin-api';
import { MemoryBlobStore, MemoryMetadataStore, startTestHost, testContext } from '@zas/plugin-testkit';
import filesystemPlugin from '@zas/storage-filesystem';
import type { MeasureOptions } from '../options.js';
import type { Row } from '../report/rows.js';
import { measureBlobs } from './measure-blobs.js';
import { measureMetadata } from './measure-metadata.js';
import { BLOB_WORKS, METADATA_WORKS } from './work-names.js';

/** Measures the doubles and the plugins in this process, the plugins behind the guards of a real host and on a temporary folder. */
export async function runStores(options: MeasureOptions, say: (line: string) => void): Promise<readonly Row[]> {
  const wanted = (work: string) => options.only.has(work);
  const rows: Row[] = [];
  const run = (target: string) => ({ target, seconds: options.storeSeconds, context: testContext(), wanted });
  const metadata = async (target: string, store: MetadataStore) => {
    if (!METADATA_WORKS.some(wanted)) return;
    say(`stores: ${target} metadata`);
    rows.push(...(await measureMetadata(store, run(target))));
  };
  const blobs = async (target: string, store: BlobStore) => {
    if (!BLOB_WORKS.some(wanted)) return;
    say(`stores: ${target} blobs`);
    rows.push(...(await measureBlobs(store, run(target))));
  };
  await metadata('memory', new MemoryMetadataStore());
  await blobs('memory', new MemoryBlobStore());
  const host = await startTestHost({ plugins: [sqlitePlugin, filesystemPlugin] });
  try {
    await metadata('sqlite', host.points.one(metadataStore));
    await blobs('filesystem', host.points.one(blobStore));
  } finally {
    await host.stop();
  }
  return rows;
}
