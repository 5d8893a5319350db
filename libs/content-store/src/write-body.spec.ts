import crypto from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobLedger, BodyLocation, ContentStretch, Extent, NewBody, ObjectCatalog } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { MemoryBlobStore, testContext } from '@zas/plugin-testkit';
import type { BodySource } from './body-source.js';
import { ByteBudget } from './byte-budget.js';
import { checksumOf } from './checksums.js';
import { ContentStore } from './content-store.js';
import type { CorruptionLog } from './corruption-log.js';
import { digestBody } from './digest-body.js';
import { HashPool } from './hash-pool.js';
import { openBody, readBody } from './read-body.js';
import type { WrittenBody } from './write-body.js';
import { writeBody } from './write-body.js';
import type { WriterEpoch } from './writer-epoch.js';

const MIB = 1024 * 1024;
const context = testContext();
const budget = new ByteBudget(8 * MIB, 300);
const hashes = new HashPool(budget.memory, 2);
let blobs: MemoryBlobStore;
let store: ContentStore;
let serial = 0;

const epoch = {
  nextLocator: () => ({ epoch: 1, locator: `00000001/${(serial++).toString(36).padStart(10, '0')}` }),
} as WriterEpoch;

beforeEach(() => {
  blobs = new MemoryBlobStore();
  store = contentStore(budget, hashes);
});
afterAll(async () => {
  expect(budget.usedBytes).toBe(0);
  await hashes.stop();
});

/** The block checksums that a ledger would keep, by content id. */
const recorded = new Map<number, Buffer>();
const corrupt: number[] = [];

function contentStore(budget: ByteBudget, hashes: HashPool): ContentStore {
  const ledger = {
    blockSums: async (_context: unknown, contentId: number, first: number, count: number) =>
      recorded.get(contentId)?.subarray(first * 8, (first + count) * 8),
  } as unknown as BlobLedger;
  const corruption = { content: (_context: unknown, { contentId }: { contentId: number }) => void corrupt.push(contentId) } as unknown as CorruptionLog;
  return new ContentStore({ blobs, ledger, corruption, budget, hashes, epoch, inlineBytes: 1000, flushMs: 50 });
}

/** What a metadata store makes of a written body. */
function locate(written: WrittenBody): { kind: 'content' } & ContentStretch {
  const { locator, size, blockSums } = (written.body as Extract<NewBody, { kind: 'stored' }>).content;
  const contentId = recorded.size + 1;
  recorded.set(contentId, Buffer.from(blockSums, 'base64'));
  return { kind: 'content', contentId, locator, contentSize: size, offset: 0 };
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const source = (bytes: Uint8Array, more: Partial<BodySource> = {}): BodySource => ({
  bytes: pieces(bytes, 64 * 1024),
  size: bytes.length,
  maxSize: 100 * MIB,
  ...more,
});

async function readBack(location: BodyLocation, size: number, offset: number, length: number, extents: Extent[] = []): Promise<Buffer> {
  const objects = { extents: async () => extents, inlineBytes: async () => Buffer.from('inline!') } as unknown as ObjectCatalog;
  const open = await openBody(objects, context, { location, size }, { offset, length });
  const got: Buffer[] = [];
  await readBody(store, context, open!, async (piece) => void got.push(Buffer.from(piece)));
  return Buffer.concat(got);
}

describe('writeBody', () => {
  it('keeps small bodies inline, with the digests asked for', async () => {
    const bytes = crypto.randomBytes(1000);
    const written = await writeBody(store, context, source(bytes, { bytes: pieces(bytes, 7), checksum: 'CRC64NVME', sha256: true }));
    expect(written.body).toMatchObject({ kind: 'inline' });
    expect(Buffer.from((written.body as { bytes: Uint8Array }).bytes)).toEqual(bytes);
    expect(written.digests).toEqual({
      md5: crypto.hash('md5', bytes),
      sha256: crypto.hash('sha256', bytes),
      checksum: checksumOf('CRC64NVME', bytes),
    });
    expect(budget.usedBytes).toBe(1000);
    written.settled();
  });

  it.each([1001, MIB, 3 * MIB + 17, 20 * MIB])('streams %d bytes through the workers, and reads them back by range', async (size) => {
    const bytes = crypto.randomBytes(size);
    const written = await writeBody(store, context, source(bytes, { checksum: 'CRC32C', size: size % 2 ? size : undefined }));
    expect(written.digests).toMatchObject({
      md5: crypto.hash('md5', bytes),
      sha256: crypto.hash('sha256', bytes),
      checksum: checksumOf('CRC32C', bytes),
    });
    const location = locate(written);
    expect((await readBack(location, size, 0, size)).equals(bytes)).toBe(true);
    expect((await readBack(location, size, 999, 2)).equals(bytes.subarray(999, 1001))).toBe(true);
    const open = await openBody({} as ObjectCatalog, context, { location, size }, { offset: 5, length: size - 5 });
    const digests = await digestBody(store, context, open!, { md5: true, sha256: false });
    expect(digests.md5).toBe(crypto.hash('md5', bytes.subarray(5)));
    await written.discard();
    expect(blobs.blobs.size).toBe(0);
  });

  it.each([100, 500_000])('refuses a body of other length than stated (%d bytes) and leaves nothing', async (size) => {
    const bytes = crypto.randomBytes(size);
    await expect(writeBody(store, context, source(bytes, { size: size + 1 }))).rejects.toMatchObject({ code: 'integrity' });
    await expect(writeBody(store, context, source(bytes, { size: size - 1 }))).rejects.toMatchObject({ code: 'integrity' });
    expect(blobs.blobs.size).toBe(0);
    expect(budget.usedBytes).toBe(0);
  });

  it.each([100, 500_000])('leaves nothing when verify refuses (%d bytes)', async (size) => {
    const verify = () => {
      throw new StoreError('integrity', 'not what was signed');
    };
    await expect(writeBody(store, context, source(crypto.randomBytes(size), { verify }))).rejects.toMatchObject({ code: 'integrity' });
    expect(blobs.blobs.size).toBe(0);
    expect(budget.usedBytes).toBe(0);
  });

  it('leaves nothing when the client hangs up in mid-body', async () => {
    async function* broken() {
      yield Buffer.alloc(300_000);
      throw new StoreError('aborted', 'gone');
    }
    await expect(writeBody(store, context, source(Buffer.alloc(0), { bytes: broken(), size: 600_000 }))).rejects.toMatchObject({ code: 'aborted' });
    expect(blobs.blobs.size).toBe(0);
    expect(budget.usedBytes).toBe(0);
  });

  it('refuses what is larger than allowed, also when the size is not known before', async () => {
    const bytes = Buffer.alloc(2 * MIB);
    await expect(writeBody(store, context, source(bytes, { maxSize: MIB }))).rejects.toMatchObject({ code: 'too-large' });
    await expect(writeBody(store, context, source(bytes, { maxSize: MIB, size: undefined }))).rejects.toMatchObject({ code: 'too-large' });
    expect(blobs.blobs.size).toBe(0);
  });

  it('fails with the blob store’s error and gives its memory back', async () => {
    class Full extends MemoryBlobStore {
      override async begin(...args: Parameters<MemoryBlobStore['begin']>) {
        const upload = await super.begin(...args);
        return { ...upload, append: async () => Promise.reject(new StoreError('no-space', 'full')) };
      }
    }
    blobs = new Full();
    store = contentStore(budget, hashes);
    await expect(writeBody(store, context, source(Buffer.alloc(10 * MIB)))).rejects.toMatchObject({ code: 'no-space' });
    expect(blobs.blobs.size).toBe(0);
    expect(budget.usedBytes).toBe(0);
  });

  it('200 trickling uploads do not delay a normal one', async () => {
    let stop = false;
    async function* trickle() {
      for (let i = 0; i < 2000 && !stop; i++) {
        yield Buffer.from('drip');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    // A line as long as a server's: how fast this machine is does not matter.
    const budget = new ByteBudget(8 * MIB, 60_000);
    const hashes = new HashPool(budget.memory, 2);
    const store = contentStore(budget, hashes);
    const slow = Array.from({ length: 200 }, () => writeBody(store, context, source(Buffer.alloc(0), { bytes: trickle(), size: undefined })));
    try {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const bytes = crypto.randomBytes(16 * MIB);
      const written = await writeBody(store, context, source(bytes));
      expect(written.digests.md5).toBe(crypto.hash('md5', bytes));
      expect(budget.usedBytes).toBeLessThanOrEqual(budget.capacity);
    } finally {
      stop = true;
      await Promise.allSettled(slow);
      await hashes.stop();
    }
    expect(budget.usedBytes).toBe(0);
  }, 60_000);

  it.each([
    [0, 100, 50],
    [700_000, 699_999, 2],
    [700_000, 600_000, 10],
    [1_199_999, 1_199_990, 5],
  ])('hands out nothing of a block with a flipped byte (%d, read from %d)', async (flipped, offset, length) => {
    const size = 1_200_000;
    const bytes = crypto.randomBytes(size);
    const location = locate(await writeBody(store, context, source(bytes)));
    expect((await readBack(location, size, offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(true);
    blobs.blobs.get(location.locator)![flipped]! ^= 1;
    corrupt.length = 0;
    await expect(readBack(location, size, offset, length)).rejects.toMatchObject({ code: 'corrupt' });
    expect(corrupt).toEqual([location.contentId]);
    // A block without the flipped byte is still served.
    const elsewhere = flipped < 262_144 ? 300_000 : 5;
    expect((await readBack(location, size, elsewhere, 7)).equals(bytes.subarray(elsewhere, elsewhere + 7))).toBe(true);
  });

  it('says corrupt when bytes or their checksums are missing', async () => {
    const location = locate(await writeBody(store, context, source(crypto.randomBytes(5000))));
    await expect(readBack({ ...location, contentId: 987 }, 5000, 0, 1)).rejects.toMatchObject({ code: 'corrupt' });
    blobs.blobs.set(location.locator, blobs.blobs.get(location.locator)!.subarray(0, 4999));
    await expect(readBack(location, 5000, 0, 1)).rejects.toMatchObject({ code: 'corrupt' });
    blobs.blobs.delete(location.locator);
    await expect(readBack(location, 5000, 0, 1)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('reads bodies of several extents, inline ones among them', async () => {
    const written = await writeBody(store, context, source(Buffer.alloc(2000, 7)));
    const location = locate(written);
    const extents: Extent[] = [
      { start: 0, length: 1500, source: { ...location, offset: 500 } },
      { start: 1500, length: 5, source: { kind: 'inline', inlineId: 1, offset: 2 } },
    ];
    const got = await readBack({ kind: 'extents', bodyId: 1 }, 1505, 1490, 15, extents);
    expect(got.toString()).toBe(`${'\x07'.repeat(10)}line!`);
  });
});
