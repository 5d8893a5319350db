import crypto from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { NewBody } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { MemoryBlobStore, MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import type { CollectorParts } from './collect-garbage.js';
import { collectOrphans, collectUnreferenced } from './collect-garbage.js';
import { EPOCH_LEASES, epochName } from './writer-epoch.js';

const GRACE = 60_000;
const TTL = 30_000;
const context = testContext();

let now: number;
let metadata: MemoryMetadataStore;
let blobs: MemoryBlobStore;
let parts: CollectorParts;
let bucketId: number;
let serial: number;

beforeEach(async () => {
  now = 1_000_000;
  serial = 0;
  metadata = new MemoryMetadataStore();
  blobs = new MemoryBlobStore();
  parts = { metadata, blobs, clock: { now: () => now, monotonic: () => now }, graceMs: GRACE, holder: 'collector' };
  ({ bucketId } = await metadata.apply(context, { kind: 'create-bucket', name: 'bucket', owner: '1', region: 'r', at: now }));
});

/** An epoch of a writer, held for `TTL`. */
async function beginEpoch(holder: string): Promise<number> {
  const { fence } = await metadata.apply(context, { kind: 'acquire-lease', name: EPOCH_LEASES + holder, holder, ttlMs: TTL, at: now });
  return fence;
}

/** Durable bytes that nothing refers to yet. */
async function store(epoch: number): Promise<string> {
  const locator = `${epochName(epoch)}/${(serial++).toString(36).padStart(10, '0')}`;
  const upload = await blobs.begin(context, locator);
  await upload.append(0, Buffer.from(locator));
  await upload.commit();
  return locator;
}

async function record(epoch: number, locator: string, key: string): Promise<void> {
  const size = locator.length;
  const content = { locator, size, digests: { sha256: crypto.hash('sha256', locator) }, domain: '', blockSums: '' };
  const body: NewBody = { kind: 'stored', epoch, content };
  const attributes = { etag: 'e', owner: '1', storageClass: 'STANDARD', headers: {}, userMetadata: {} };
  await metadata.apply(context, { kind: 'put-object', bucketId, key, size, body, attributes, at: now, nonce: 'n'.repeat(16) });
}

const remove = (key: string) => metadata.apply(context, { kind: 'delete-object', bucketId, key, at: now, nonce: 'n'.repeat(16) });
const present = () => [...blobs.blobs.keys()].sort();
const rows = async () => (await metadata.blobs.list(context, { after: 0, limit: 1000 })).map(({ locator, state }) => [locator, state]);

describe('collectUnreferenced', () => {
  it('removes bytes, then their rows, once the grace has passed; never what is referenced', async () => {
    const epoch = await beginEpoch('writer');
    const [kept, dropped] = [await store(epoch), await store(epoch)];
    await record(epoch, kept, 'kept');
    await record(epoch, dropped, 'dropped');
    await remove('dropped');
    now += GRACE;
    await collectUnreferenced(parts, context);
    expect(present()).toEqual([kept, dropped]);
    now += 1;
    expect(await collectUnreferenced(parts, context)).toBe(false);
    expect(present()).toEqual([kept]);
    expect(await rows()).toEqual([[kept, 'live']]);
  });

  it('goes on where it was interrupted: between claim and bytes, between bytes and rows', async () => {
    const epoch = await beginEpoch('writer');
    const locator = await store(epoch);
    await record(epoch, locator, 'key');
    await remove('key');
    now += GRACE + 1;
    const broken = new MemoryBlobStore();
    broken.delete = async () => Promise.reject(new StoreError('unavailable', 'the disk is away'));
    await expect(collectUnreferenced({ ...parts, blobs: broken }, context)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await rows()).toEqual([[locator, 'deleting']]);

    await blobs.delete(context, locator);
    await collectUnreferenced(parts, context);
    expect(await rows()).toEqual([]);
  });

  it('forgets those whose bytes went although another’s did not', async () => {
    const epoch = await beginEpoch('writer');
    const [stuck, gone] = [await store(epoch), await store(epoch)];
    for (const locator of [stuck, gone]) {
      await record(epoch, locator, locator);
      await remove(locator);
    }
    now += GRACE + 1;
    const deleteBlob = blobs.delete.bind(blobs);
    blobs.delete = async (...args) => (args[1] === stuck ? Promise.reject(new StoreError('unavailable', 'stuck')) : deleteBlob(...args));
    await expect(collectUnreferenced(parts, context)).rejects.toMatchObject({ code: 'unavailable' });
    expect(present()).toEqual([stuck]);
    expect(await rows()).toEqual([[stuck, 'deleting']]);
  });

  it('says when there is more', async () => {
    const epoch = await beginEpoch('writer');
    for (let i = 0; i < 101; i++) {
      await record(epoch, await store(epoch), `key-${i}`);
      await remove(`key-${i}`);
    }
    now += GRACE + 1;
    expect(await collectUnreferenced(parts, context)).toBe(true);
    expect(present()).toHaveLength(1);
    expect(await collectUnreferenced(parts, context)).toBe(false);
    expect(present()).toEqual([]);
  });

  it('leaves alone what was revived within the grace', async () => {
    const epoch = await beginEpoch('writer');
    const locator = await store(epoch);
    await record(epoch, locator, 'key');
    await remove('key');
    await record(epoch, locator, 'again');
    now += GRACE + 1;
    await collectUnreferenced(parts, context);
    expect(present()).toEqual([locator]);
  });
});

describe('collectOrphans', () => {
  it('removes what no row knows from dead epochs only', async () => {
    const dead = await beginEpoch('crashed');
    const [known, orphan] = [await store(dead), await store(dead)];
    await record(dead, known, 'key');
    now += TTL + 1;
    const live = await beginEpoch('alive');
    const uncommitted = await store(live);
    await collectOrphans(parts, context);
    expect(present()).toEqual([known, uncommitted].sort());
    expect(present()).not.toContain(orphan);
  });

  it('keeps bytes whose row is condemned: their grace is another’s affair', async () => {
    const dead = await beginEpoch('crashed');
    const locator = await store(dead);
    await record(dead, locator, 'key');
    await remove('key');
    now += TTL + 1;
    await collectOrphans(parts, context);
    expect(present()).toEqual([locator]);
  });

  it('spares its own epoch when the clock has jumped past its lease', async () => {
    const epoch = await beginEpoch(parts.holder);
    const locator = await store(epoch);
    now += 100 * TTL;
    await collectOrphans(parts, context);
    expect(present()).toEqual([locator]);
    await record(epoch, locator, 'key');
    expect(await rows()).toEqual([[locator, 'live']]);
  });

  it('spares an epoch until its lease has expired', async () => {
    const epoch = await beginEpoch('slow');
    const locator = await store(epoch);
    now += TTL - 1;
    await collectOrphans(parts, context);
    expect(present()).toEqual([locator]);
    await record(epoch, locator, 'key');
    expect(await rows()).toEqual([[locator, 'live']]);
  });

  it('ends an expired epoch first: a writer that was only asleep can record nothing any more', async () => {
    const epoch = await beginEpoch('asleep');
    const locator = await store(epoch);
    now += TTL + 1;
    await collectOrphans(parts, context);
    expect(present()).toEqual([]);
    await expect(record(epoch, locator, 'key')).rejects.toMatchObject({ code: 'conflict', details: { reason: 'epoch-closed' } });
    expect(await metadata.leases.list(context, EPOCH_LEASES)).toEqual([]);
  });

  it('loses to a writer that renews in the same moment', async () => {
    const epoch = await beginEpoch('just-in-time');
    const locator = await store(epoch);
    now += TTL + 1;
    const listed = metadata.leases.list.bind(metadata.leases);
    let first = true;
    metadata.leases.list = async (...args) => {
      const leases = await listed(...args);
      const name = `${EPOCH_LEASES}just-in-time`;
      if (first) await metadata.apply(context, { kind: 'renew-lease', name, fence: epoch, ttlMs: TTL, at: now });
      first = false;
      return leases;
    };
    await collectOrphans(parts, context);
    expect(present()).toEqual([locator]);
    await record(epoch, locator, 'key');
  });

  it('remembers what it swept, and does not list it again', async () => {
    const dead = await beginEpoch('crashed');
    const known = await store(dead);
    await record(dead, known, 'key');
    now += TTL + 1;
    await collectOrphans(parts, context);
    const queries: unknown[] = [];
    const list = blobs.list.bind(blobs);
    blobs.list = async (...args) => {
      queries.push(args[1]);
      return list(...args);
    };
    await collectOrphans(parts, context);
    expect(queries.filter((query) => (query as { epoch?: string }).epoch !== undefined)).toEqual([]);
    expect(present()).toEqual([known]);
  });

  it('sweeps once more when no request of a process that stalled can still run', async () => {
    const dead = await beginEpoch('stalled');
    await store(dead);
    now += TTL + 1;
    await collectOrphans(parts, context);
    const late = await store(dead);
    now += GRACE;
    await collectOrphans(parts, context);
    expect(present()).toEqual([late]);
    now += 1;
    await collectOrphans(parts, context);
    expect(present()).toEqual([]);
  });

  it('comes back to an epoch for as long as an upload of several requests goes on there', async () => {
    const epoch = await beginEpoch('writer');
    const locator = await store(epoch);
    const { repositoryId } = await metadata.apply(context, { kind: 'create-repository', name: 'team/app', owner: '1', at: now });
    const upload = { repositoryId, uploadId: 'upload', at: now };
    await metadata.apply(context, { kind: 'start-blob-upload', ...upload, algorithm: 'sha256', locator, epoch });
    for (const pause of [TTL + 1, GRACE + 1, GRACE + 1]) {
      now += pause;
      await collectOrphans(parts, context);
      expect(present()).toEqual([locator]);
    }
    // The process that ends it dies before it removes the bytes.
    await metadata.apply(context, { kind: 'cancel-blob-upload', ...upload });
    await collectOrphans(parts, context);
    expect(present()).toEqual([]);
  });

  it('spares an epoch that begins after the pass began', async () => {
    let locator = '';
    const list = blobs.list.bind(blobs);
    blobs.list = async (...args) => {
      if (locator === '') locator = await store(await beginEpoch('new'));
      return list(...args);
    };
    await collectOrphans(parts, context);
    expect(present()).toEqual([locator]);
  });

  it('sweeps every dead epoch, page by page', async () => {
    const epochs = [await beginEpoch('one'), await beginEpoch('two')];
    for (const epoch of epochs) for (let i = 0; i < 1001; i++) await store(epoch);
    const known = await store(epochs[1]!);
    await record(epochs[1]!, known, 'key');
    now += TTL + 1;
    await collectOrphans(parts, context);
    expect(present()).toEqual([known]);
  });

  it('stops between pages when it is told to, and does not call the epoch swept', async () => {
    const dead = await beginEpoch('crashed');
    await store(dead);
    now += TTL + 1;
    const stopping = new AbortController();
    const list = blobs.list.bind(blobs);
    blobs.list = async (...args) => {
      if (args[1].epoch !== undefined) stopping.abort();
      return list(...args);
    };
    await collectOrphans(parts, testContext({ signal: stopping.signal })).catch(() => undefined);
    blobs.list = list;
    const late = await store(dead);
    await collectOrphans(parts, context);
    expect(present()).not.toContain(late);
  });
});
