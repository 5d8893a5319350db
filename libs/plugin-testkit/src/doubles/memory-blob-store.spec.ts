import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blobStoreSuite } from '../suites/blob-store-suite.js';
import { collectResults } from '../collecting-runner.js';
import { MemoryBlobStore } from './memory-blob-store.js';

blobStoreSuite({ describe, it, before: beforeAll, after: afterAll }, async () => {
  const store = new MemoryBlobStore();
  return { store, reopen: async () => store, close: async () => undefined };
});

describe('blobStoreSuite', () => {
  it('fails for a store that loses the last byte of each chunk', async () => {
    class Lossy extends MemoryBlobStore {
      override async begin(...args: Parameters<MemoryBlobStore['begin']>) {
        const upload = await super.begin(...args);
        return { ...upload, append: (offset: number, chunk: Uint8Array) => upload.append(offset, chunk.subarray(0, -1)) };
      }
    }
    const results = await collectResults((runner) => blobStoreSuite(runner, async () => ({ store: new Lossy(), close: async () => undefined })));
    expect(results.failed).toContain('gives back what was appended, whole and by range');
  });

  it('fails for a store that forgets to order its list', async () => {
    class Unordered extends MemoryBlobStore {
      override async list(...args: Parameters<MemoryBlobStore['list']>) {
        return [...(await super.list(...args))].reverse();
      }
    }
    const results = await collectResults((runner) => blobStoreSuite(runner, async () => ({ store: new Unordered(), close: async () => undefined })));
    expect(results.failed.length).toBeGreaterThan(0);
  });
});
