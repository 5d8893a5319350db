import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LOCATOR_PATTERN, StoreError } from '@zas/plugin-api';
import { MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import { EPOCH_LEASES, WriterEpoch, epochName } from './writer-epoch.js';

const TTL = 30_000;
const LEASE = `${EPOCH_LEASES}me`;
const context = testContext();
let metadata: MemoryMetadataStore;
let renewals: number;
let epoch: WriterEpoch;

beforeEach(async () => {
  jest.useFakeTimers({ now: 1_000_000, doNotFake: ['nextTick', 'queueMicrotask'] });
  metadata = new MemoryMetadataStore();
  renewals = 0;
  epoch = newEpoch();
  await epoch.start();
});
afterEach(async () => {
  await epoch.stop();
  jest.useRealTimers();
});

const newEpoch = () =>
  new WriterEpoch(context, {
    metadata,
    clock: { now: () => Date.now(), monotonic: () => Date.now() },
    holder: 'me',
    ttlMs: TTL,
    aroundRenewal: () => async () => void renewals++,
  });
const lease = () => metadata.leases.find(context, LEASE);

describe('WriterEpoch', () => {
  it('gives locators that were never used, under its lease’s fence', async () => {
    const { fence } = (await lease())!;
    const locators = Array.from({ length: 100 }, () => epoch.nextLocator());
    expect(new Set(locators.map(({ locator }) => locator)).size).toBe(100);
    for (const { locator, epoch: number } of locators) {
      expect(locator).toMatch(LOCATOR_PATTERN);
      expect([number, locator.slice(0, 8)]).toEqual([fence, epochName(fence)]);
    }
  });

  it('begins a new epoch at each start, above all before', async () => {
    const before = epoch.nextLocator();
    await epoch.stop();
    epoch = newEpoch();
    await epoch.start();
    expect(epoch.nextLocator().locator > before.locator).toBe(true);
    expect(epoch.nextLocator().epoch).toBeGreaterThan(before.epoch);
  });

  it('renews in good time and says so', async () => {
    await jest.advanceTimersByTimeAsync(10 * TTL);
    expect((await lease())!.expiresAt).toBeGreaterThan(Date.now() + TTL / 2);
    expect(renewals).toBe(30);
  });

  it('makes no locator once another has taken the lease, until it has a new epoch', async () => {
    const before = epoch.nextLocator().epoch;
    jest.setSystemTime(Date.now() + TTL + 1);
    const { fence } = await metadata.apply(context, { kind: 'acquire-lease', name: LEASE, holder: 'collector', ttlMs: 1, at: Date.now() });
    await jest.advanceTimersByTimeAsync(TTL / 3);
    expect(() => epoch.nextLocator()).toThrow(expect.objectContaining({ code: 'unavailable' }));
    await metadata.apply(context, { kind: 'release-lease', name: LEASE, fence });
    await jest.advanceTimersByTimeAsync(TTL / 3);
    expect(epoch.nextLocator().epoch).toBeGreaterThan(before);
    expect(epoch.nextLocator().locator.slice(9)).toBe('0000000001');
  });

  it('goes on through a store that is away for a moment', async () => {
    const apply = metadata.apply.bind(metadata);
    const before = epoch.nextLocator().epoch;
    metadata.apply = async () => Promise.reject(new StoreError('unavailable', 'away'));
    await jest.advanceTimersByTimeAsync(TTL / 3);
    expect(epoch.nextLocator().epoch).toBe(before);
    metadata.apply = apply;
    await jest.advanceTimersByTimeAsync(TTL / 3);
    expect(renewals).toBe(1);
  });

  it('gives the lease back when it stops, and makes nothing more', async () => {
    await epoch.stop();
    expect(await lease()).toBeUndefined();
    expect(() => epoch.nextLocator()).toThrow(expect.objectContaining({ code: 'unavailable' }));
    await jest.advanceTimersByTimeAsync(TTL);
    expect(await lease()).toBeUndefined();
    await epoch.stop();
  });
});
