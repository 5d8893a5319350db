import sqlitePlugin from '@zas/metadata-sqlite';
import { blobStore, metadataStore } from '@zas/plugin-api';
import { startTestHost, testContext } from '@zas/plugin-testkit';
import filesystemPlugin from '@zas/storage-filesystem';
import { BlobWorks } from '../stores/blob-works.js';
import { MetadataWorks } from '../stores/metadata-works.js';
import type { MicroStage } from './micro-benchmark.js';

/** Opens fresh stores, uses them and removes them. @param seconds length of one measurement */
export async function withStage<T>(seconds: number, use: (stage: MicroStage) => Promise<T>): Promise<T> {
  const host = await startTestHost({ plugins: [sqlitePlugin, filesystemPlugin] });
  try {
    const context = testContext();
    const [metadata, blobs] = [host.points.one(metadataStore), host.points.one(blobStore)];
    return await use({ context, metadata, blobs, metadataWorks: new MetadataWorks(metadata, context), blobWorks: new BlobWorks(blobs, context), seconds });
  } finally {
    await host.stop();
  }
}
