import { MemoryMeter } from '@zas/plugin-testkit';
import { StoreError } from '@zas/plugin-api';
import { describe, expect, it } from '@jest/globals';
import { addressNetwork } from './address-network.js';
import { RateLimits, secondsToWait } from './rate-limits.js';

describe('addressNetwork', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['', ''],
    ['nonsense:', 'nonsense:'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:0:ffff:1:2:3', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['64:ff9b:1:2:3:4:192.0.2.7', '64:ff9b:1:2::/64'],
  ])('of %s is %s', (address, network) => {
    expect(addressNetwork(address)).toBe(network);
  });
});

describe('RateLimits', () => {
  const one = { requestsPerSecond: 0.4, burst: 1 };
  const thrownBy = (attempt: () => void): unknown => {
    try {
      return attempt();
    } catch (error) {
      return error;
    }
  };

  it('refuse addresses and principals apart, say when to come again, and are counted', () => {
    const meter = new MemoryMeter();
    const limits = new RateLimits({ perAddress: one, perPrincipal: one }, { monotonic: () => 0 }, meter);
    limits.ofAddress('2001:db8::1');
    limits.ofPrincipal('config:a');
    limits.ofPrincipal('config:b');
    const refusals = [() => limits.ofAddress('2001:db8::2'), () => limits.ofPrincipal('config:a')].map(thrownBy);
    expect(refusals.map(secondsToWait)).toEqual([3, 3]);
    expect(secondsToWait(new StoreError('slow-down', 'busy'))).toBeUndefined();
    expect(['address', 'principal'].map((by) => meter.value('http_rate_limited_total', { by }))).toEqual([1, 1]);
  });

  it('that are not set refuse nobody', () => {
    const limits = new RateLimits({}, { monotonic: () => 0 }, new MemoryMeter());
    for (let i = 0; i < 1_000; i++) {
      limits.ofAddress('a');
      limits.ofPrincipal('a');
    }
    expect(secondsToWait(undefined)).toBeUndefined();
  });
});
