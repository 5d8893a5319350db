import crypto from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobLedger } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import { MemoryBlobStore, testContext } from '@zas/plugin-testkit';
import { ByteBudget } from './byte-budget.js';
import { ContentStore } from './content-store.js';
import type { CorruptionLog } from './corruption-log.js';
import { HashPool } from './hash-pool.js';
import type { Session } from './session-bytes.js';
import { SessionBytes } from './session-bytes.js';
import type { WriterEpoch } from './writer-epoch.js';

const MIB = 1024 * 1024;
const context = testContext();
const budget = new ByteBudget(8 * MIB, 300);
const hashes = new HashPool(budget.memory, 2);
let blobs: MemoryBlobStore;
let sessions: SessionBytes;
let serial = 0;

const contentStore = () =>
  new ContentStore({ blobs, ledger: {} as BlobLedger, corruption: {} as CorruptionLog, budget, hashes, epoch: {} as WriterEpoch, inlineBytes: 1000, flushMs: 50 });

beforeEach(() => {
  blobs = new MemoryBlobStore();
  sessions = new SessionBytes(contentStore());
});
afterAll(async () => {
  expect(budget.usedBytes).toBe(0);
  await hashes.stop();
});

const session = (more: Partial<Session> = {}): Session => {
  serial++;
  return { uploadId: `u${serial}`, locator: `00000001/${serial.toString(36).padStart(10, '0')}`, algorithm: 'sha256', ...more };
};

async function* pieces(bytes: Uint8Array, end?: () => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
  end?.();
}

const hash = (bytes: Uint8Array, algorithm = 'sha256') => crypto.hash(algorithm, bytes, 'hex');
const append = (to: Session, bytes: Uint8Array, at?: number, size: number | undefined = bytes.length, end?: () => void) =>
  sessions.append(context, to, at, { bytes: pieces(bytes, end), size, maxSize: 4 * MIB });
const refusal = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isStoreError(error) ? { code: error.code, reason: error.details.reason, length: error.details['length'] } : error;
};

describe('bytes of a session', () => {
  it('come in several requests and are hashed as one', async () => {
    const [one, all] = [session(), crypto.randomBytes(3 * MIB)];
    expect(await sessions.length(context, one)).toBe(0);
    expect(await append(one, all.subarray(0, MIB), 0)).toBe(MIB);
    expect(await append(one, all.subarray(MIB, MIB + 5), MIB)).toBe(MIB + 5);
    expect(await append(one, all.subarray(MIB + 5), undefined, undefined)).toBe(3 * MIB);
    expect(await sessions.length(context, one)).toBe(3 * MIB);
    const { size, digest, body } = await sessions.finish(context, one, 'sha256');
    expect([size, digest]).toEqual([3 * MIB, hash(all)]);
    expect(body).toMatchObject({ kind: 'session', content: { locator: one.locator, size, digests: { sha256: digest }, domain: '' } });
    expect(blobs.blobs.get(one.locator)!.equals(all)).toBe(true);
  });

  it.each(['sha256', 'sha512'] as const)('survive another process, and are read once more for their %s', async (algorithm) => {
    const [one, all] = [session(), crypto.randomBytes(2 * MIB + 1)];
    await append(one, all.subarray(0, MIB), 0);
    sessions = new SessionBytes(contentStore());
    expect(await sessions.length(context, one)).toBe(MIB);
    await append(one, all.subarray(MIB), MIB);
    const { digest, body } = await sessions.finish(context, one, algorithm);
    expect(digest).toBe(hash(all, algorithm));
    expect(body).toMatchObject({ content: { digests: { [algorithm]: digest } } });
  });

  it('have the block checksums of a whole body', async () => {
    const all = crypto.randomBytes(2 * MIB);
    const [kept, again] = [session(), session()];
    for (const one of [kept, again]) await append(one, all);
    const first = await sessions.finish(context, kept, 'sha256');
    sessions = new SessionBytes(contentStore());
    const second = await sessions.finish(context, again, 'sha256');
    const sums = [first, second].map(({ body }) => (body.kind === 'session' ? body.content.blockSums : ''));
    expect(sums[0]!.length).toBeGreaterThan(0);
    expect(sums[1]).toBe(sums[0]);
  });

  it('travel with their record when they are few, and leave nothing', async () => {
    for (const bytes of [Buffer.from('small'), Buffer.alloc(0)]) {
      const one = session();
      if (bytes.length > 0) await append(one, bytes);
      const { size, digest, body, settled } = await sessions.finish(context, one, 'sha512');
      expect([size, digest]).toEqual([bytes.length, hash(bytes, 'sha512')]);
      expect(body).toEqual({ kind: 'inline', bytes });
      await settled();
      expect(blobs.blobs.size).toBe(0);
    }
  });

  it('are refused at another place, which is told', async () => {
    const one = session();
    await append(one, Buffer.from('12345'));
    expect(await refusal(append(one, Buffer.from('x'), 4))).toEqual({ code: 'conflict', reason: 'upload-range', length: 5 });
    expect(await refusal(append(one, Buffer.from('x'), 6))).toEqual({ code: 'conflict', reason: 'upload-range', length: 5 });
    expect(await append(one, Buffer.from('6'), 5)).toBe(6);
  });

  it('stay as far as they came when the request breaks off', async () => {
    const [one, all] = [session(), crypto.randomBytes(2 * MIB)];
    const breakOff = () => {
      throw new StoreError('aborted', 'The client hung up');
    };
    expect(await refusal(append(one, all.subarray(0, MIB + 7), 0, 2 * MIB, breakOff))).toMatchObject({ code: 'aborted' });
    expect(await sessions.length(context, one)).toBe(MIB + 7);
    await append(one, all.subarray(MIB + 7), MIB + 7);
    expect((await sessions.finish(context, one, 'sha256')).digest).toBe(hash(all));
  });

  it('are neither longer nor shorter than was stated', async () => {
    const one = session();
    expect(await refusal(append(one, Buffer.alloc(10), 0, 9))).toMatchObject({ code: 'integrity' });
    expect(await sessions.length(context, one)).toBe(0);
    expect(await refusal(append(one, Buffer.alloc(10), 0, 11))).toMatchObject({ code: 'integrity' });
    expect(await sessions.length(context, one)).toBe(10);
  });

  it('are bounded over all requests', async () => {
    const one = session();
    await append(one, Buffer.alloc(3 * MIB));
    expect(await refusal(append(one, Buffer.alloc(1.5 * MIB)))).toMatchObject({ code: 'too-large' });
    expect(await refusal(append(one, Buffer.alloc(1.5 * MIB), undefined, undefined))).toMatchObject({ code: 'too-large' });
  });

  it('are written by one request at a time', async () => {
    const one = session();
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('slow');
      await gate;
    }
    const first = sessions.append(context, one, 0, { bytes: slow(), size: 4, maxSize: MIB });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await refusal(append(one, Buffer.from('x')))).toMatchObject({ code: 'conflict', reason: 'upload-busy' });
    expect(await refusal(sessions.finish(context, one, 'sha256'))).toMatchObject({ code: 'conflict', reason: 'upload-busy' });
    expect(await sessions.length(context, one)).toBe(0);
    go();
    expect(await first).toBe(4);
  });

  it('start again when the store lost them', async () => {
    const one = session();
    const begin = blobs.begin.bind(blobs);
    blobs.begin = async (...parameters) => {
      const upload = await begin(...parameters);
      return { ...upload, append: () => Promise.reject(new StoreError('no-space', 'The disk is full')) };
    };
    expect(await refusal(append(one, Buffer.alloc(MIB)))).toMatchObject({ code: 'no-space' });
    blobs.begin = begin;
    expect(await sessions.length(context, one)).toBe(0);
    expect(blobs.blobs.size).toBe(0);
    const bytes = crypto.randomBytes(MIB);
    await append(one, bytes, 0);
    expect((await sessions.finish(context, one, 'sha256')).digest).toBe(hash(bytes));
  });

  it('may be finished again when their record failed', async () => {
    const [one, bytes] = [session(), crypto.randomBytes(MIB)];
    await append(one, bytes);
    await sessions.finish(context, one, 'sha256');
    expect((await sessions.finish(context, one, 'sha256')).digest).toBe(hash(bytes));
  });

  it('go when they are dropped', async () => {
    const one = session();
    await append(one, Buffer.alloc(2000));
    await sessions.drop(context, one);
    expect(blobs.blobs.size).toBe(0);
    expect(await sessions.length(context, one)).toBe(0);
  });

  it('that are dropped while a request works on them are an upload that is over', async () => {
    for (const bytes of [Buffer.alloc(2000), Buffer.alloc(10)]) {
      const one = session();
      await append(one, bytes);
      await blobs.delete(context, one.locator);
      expect(await refusal(sessions.finish(context, one, 'sha256'))).toMatchObject({ code: 'not-found', reason: 'upload' });
      expect(await refusal(append(one, bytes))).toMatchObject({ code: 'not-found', reason: 'upload' });
    }
  });

  it('that are dropped amid a request go once it ends', async () => {
    for (const before of [0, 5000]) {
      const one = session();
      if (before > 0) await append(one, Buffer.alloc(before));
      let go!: () => void;
      const gate = new Promise<void>((resolve) => (go = resolve));
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(50_000);
        await gate;
        yield Buffer.alloc(MIB);
      }
      const appended = refusal(sessions.append(context, one, undefined, { bytes: slow(), size: undefined, maxSize: 4 * MIB }));
      await new Promise((resolve) => setTimeout(resolve, 20));
      await sessions.drop(context, one);
      go();
      expect(await appended).toMatchObject({ code: 'not-found', reason: 'upload' });
      expect(blobs.blobs.size).toBe(0);
    }
  });
});
