import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryBlobStore, MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import { ByteBudget } from './byte-budget.js';
import { ContentStore } from './content-store.js';
import { CORRUPT_COLLECTION, CorruptionLog } from './corruption-log.js';
import { HashPool } from './hash-pool.js';
import { scrubStep } from './scrub.js';
import { writeBody } from './write-body.js';
import { WriterEpoch } from './writer-epoch.js';

const MIB = 1024 * 1024;
const context = testContext();
const clock = { now: () => 1_000_000, monotonic: () => 0 };
const budget = new ByteBudget(8 * MIB, 300);
const hashes = new HashPool(budget.memory, 1);
const metadata = new MemoryMetadataStore();
const blobs = new MemoryBlobStore();
const corruption = new CorruptionLog(metadata, clock);
const epoch = new WriterEpoch(context, { metadata, clock, holder: 'scrub', ttlMs: 60_000 });
const store = new ContentStore({ blobs, ledger: metadata.blobs, corruption, budget, hashes, epoch, inlineBytes: 0, flushMs: 50 });
let bucketId: number;

beforeAll(async () => {
  await epoch.start();
  ({ bucketId } = await metadata.apply<'create-bucket'>(context, { kind: 'create-bucket', name: 'b', owner: 'o', region: 'r', at: 1 }));
});
afterAll(async () => {
  await epoch.stop();
  await hashes.stop();
});

async function put(key: string, bytes: Buffer): Promise<string> {
  async function* pieces() {
    yield bytes;
  }
  const written = await writeBody(store, context, { bytes: pieces(), size: bytes.length, maxSize: 100 * MIB });
  await metadata.apply<'put-object'>(context, {
    kind: 'put-object',
    bucketId,
    key,
    size: bytes.length,
    body: written.body,
    attributes: { etag: 'e', owner: 'o', storageClass: 'STANDARD', headers: {}, userMetadata: {} },
    at: 1,
    nonce: '0'.repeat(16),
  });
  const found = await metadata.objects.find(context, { bucketId, key });
  return (found!.body as { locator: string }).locator;
}

async function pass(step: number): Promise<number> {
  for (let steps = 1; ; steps++) if (await scrubStep(store, metadata, context, step)) return steps;
}

describe('scrubbing', () => {
  it('finds a flipped byte without a read, in small steps, reports it once and goes on', async () => {
    const bodies = [3 * MIB, 300_000, 1].map((size) => crypto.randomBytes(size));
    const locators = [];
    for (const [index, body] of bodies.entries()) locators.push(await put(`k${index}`, body));
    expect(await pass(500_000)).toBeGreaterThan(5);
    expect(corruption.count).toBe(0);

    blobs.blobs.get(locators[0]!)![2 * MIB + 17]! ^= 1;
    await pass(500_000);
    expect(corruption.count).toBe(1);
    const [found] = await metadata.documents.list(context, 'host', CORRUPT_COLLECTION, { limit: 10 });
    expect(found?.value).toEqual({ locator: locators[0], foundAt: 1_000_000 });
    expect(budget.usedBytes).toBe(0);

    // The same bytes again: not shared with the rotten ones.
    const again = await put('again', bodies[0]!);
    expect(again).not.toBe(locators[0]);
    expect(await put('shared', bodies[1]!)).toBe(locators[1]);
  });

  it('reports a content whose bytes are gone', async () => {
    const locator = await put('gone', crypto.randomBytes(100_000));
    const before = corruption.count;
    blobs.blobs.delete(locator);
    await pass(10 * MIB);
    expect(corruption.count).toBeGreaterThan(before);
  });
});
