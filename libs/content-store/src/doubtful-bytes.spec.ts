import { describe, expect, it } from '@jest/globals';
import type { MetadataStore } from '@zas/plugin-api';
import { MemoryBlobStore, testContext } from '@zas/plugin-testkit';
import { DoubtfulBytes } from './doubtful-bytes.js';

const context = testContext();

describe('DoubtfulBytes', () => {
  it('removes what the ledger does not know, keeps what it knows, and asks once', async () => {
    const blobs = new MemoryBlobStore();
    const [kept, lost] = ['00000001/0000000001', '00000001/0000000002'];
    for (const locator of [kept!, lost!]) await (await blobs.begin(context, locator)).commit();
    const metadata = { blobs: { known: async () => new Set([kept]) } } as unknown as MetadataStore;
    const doubtful = new DoubtfulBytes();
    doubtful.add(kept!);
    doubtful.add(lost!);
    await doubtful.resolve(doubtful.take(), metadata, blobs, context);
    expect([...blobs.blobs.keys()]).toEqual([kept]);
    expect(doubtful.size).toBe(0);
  });

  it('leaves alone what came into doubt after the list was taken', async () => {
    const blobs = new MemoryBlobStore();
    await (await blobs.begin(context, '00000001/0000000001')).commit();
    const metadata = { blobs: { known: async () => new Set() } } as unknown as MetadataStore;
    const doubtful = new DoubtfulBytes();
    const asked = doubtful.take();
    doubtful.add('00000001/0000000001');
    await doubtful.resolve(asked, metadata, blobs, context);
    expect([blobs.blobs.size, doubtful.size]).toEqual([1, 1]);
  });

  it('goes on doubting while the ledger cannot be asked', async () => {
    const blobs = new MemoryBlobStore();
    const metadata = { blobs: { known: async () => Promise.reject(new Error('down')) } } as unknown as MetadataStore;
    const doubtful = new DoubtfulBytes();
    doubtful.add('00000001/0000000001');
    await expect(doubtful.resolve(doubtful.take(), metadata, blobs, context)).rejects.toThrow('down');
    expect(doubtful.size).toBe(1);
  });
});
