import crypto from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BodyLocation, Extent, ObjectCatalog } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { MemoryBlobStore, testContext } from '@zas/plugin-testkit';
import type { BodySource } from './body-source.js';
import { ByteBudget } from './byte-budget.js';
import { checksumOf } from './checksums.js';
import { ContentStore } from './content-store.js';
import { digestBody } from './digest-body.js';
import { HashPool } from './hash-pool.js';
import { openBody, readBody } from './read-body.js';
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
  store = new ContentStore({ blobs, budget, hashes, epoch, inlineBytes: 1000, flushMs: 50 });
});
afterAll(async () => {
  expect(budget.usedBytes).toBe(0);
  await hashes.stop();
});

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
    expect(written.digests).toEqual({
      md5: crypto.hash('md5', bytes),
      sha256: crypto.hash('sha256', bytes),
      checksum: checksumOf('CRC32C', bytes),
    });
    const { locator } = (written.body as { content: { locator: string } }).content;
    const location = { kind: 'content', contentId: 1, locator, offset: 0 } as const;
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
    store = new ContentStore({ blobs, budget, hashes, epoch, inlineBytes: 1000, flushMs: 50 });
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
    const slow = Array.from({ length: 200 }, () => writeBody(store, context, source(Buffer.alloc(0), { bytes: trickle(), size: undefined })));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const bytes = crypto.randomBytes(16 * MIB);
    const written = await writeBody(store, context, source(bytes));
    expect(written.digests.md5).toBe(crypto.hash('md5', bytes));
    expect(budget.usedBytes).toBeLessThanOrEqual(budget.capacity);
    stop = true;
    await Promise.all(slow);
  });

  it('reads bodies of several extents, inline ones among them', async () => {
    const written = await writeBody(store, context, source(Buffer.alloc(2000, 7)));
    const { locator } = (written.body as { content: { locator: string } }).content;
    const extents: Extent[] = [
      { start: 0, length: 1500, source: { kind: 'content', contentId: 1, locator, offset: 500 } },
      { start: 1500, length: 5, source: { kind: 'inline', inlineId: 1, offset: 2 } },
    ];
    const got = await readBack({ kind: 'extents', bodyId: 1 }, 1505, 1490, 15, extents);
    expect(got.toString()).toBe(`${'\x07'.repeat(10)}line!`);
  });
});
