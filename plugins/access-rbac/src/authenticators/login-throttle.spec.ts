import { isStoreError } from '@zas/plugin-api';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { addressPrefix } from './address-prefix.js';
import { LoginThrottle } from './login-throttle.js';
import { throttleSchema } from './throttle-config.js';

let now = 0;
const clock = { now: () => now, monotonic: () => now };
const make = (config: object = {}, most?: number) => new LoginThrottle(clock, throttleSchema.parse(config), most);
beforeEach(() => void (now = 1_000_000));

/** Seconds to wait; 0: none. */
function waitOf(throttle: LoginThrottle, name: string, address: string): number {
  try {
    throttle.check(name, address);
    return 0;
  } catch (error) {
    if (!isStoreError(error) || error.code !== 'slow-down') throw error;
    return error.details['retryAfterSeconds'] as number;
  }
}
const fail = (throttle: LoginThrottle, times: number, name: string, address: string) => {
  for (let i = 0; i < times; i++) throttle.failed(name, address);
};

describe('failed logins', () => {
  it('are borne up to a number, then cost twice as long each time, at most a quarter of an hour', () => {
    const throttle = make();
    const waits = Array.from({ length: 22 }, () => {
      const wait = waitOf(throttle, 'ann', '10.0.0.1');
      throttle.failed('ann', '10.0.0.1');
      return wait;
    });
    expect(waits).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('by one password again and again count once for the name, and each time for the address', () => {
    const throttle = make({ perNameAndAddress: 3, perAddress: 20 });
    for (let i = 0; i < 10; i++) throttle.failed('ann', '10.0.0.1', 'mistyped');
    expect(waitOf(throttle, 'ann', '10.0.0.1')).toBe(0);
    for (const guess of ['one', 'two']) throttle.failed('ann', '10.0.0.1', guess);
    expect(waitOf(throttle, 'ann', '10.0.0.1')).toBe(1);
    for (let i = 0; i < 10; i++) throttle.failed('bea', '10.0.0.1', 'mistyped');
    expect(waitOf(throttle, 'bea', '10.0.0.1')).toBeGreaterThan(0);
  });

  it('of one name do not lock it out elsewhere, nor others where they happened', () => {
    const throttle = make();
    fail(throttle, 50, 'root', '10.0.0.1');
    expect([waitOf(throttle, 'root', '10.0.0.1') > 0, waitOf(throttle, 'root', '10.0.0.2'), waitOf(throttle, 'ann', '10.0.0.1')]).toEqual([true, 0, 0]);
  });

  it('of many names from one address stop that address', () => {
    const throttle = make({ perAddress: 20 });
    for (let i = 0; i < 20; i++) throttle.failed(`name-${i}`, '2001:db8::1');
    expect([waitOf(throttle, 'other', '2001:db8::ffff:1') > 0, waitOf(throttle, 'other', '2001:db8:0:1::1')]).toEqual([true, 0]);
  });

  it('of one name from everywhere stop it, but not where it was right lately', () => {
    const throttle = make({ perName: 100 });
    throttle.succeeded('ann', '10.1.0.1');
    for (let i = 0; i < 105; i++) throttle.failed('ann', `10.2.0.${i}`);
    expect([waitOf(throttle, 'ann', '10.3.0.1') > 0, waitOf(throttle, 'ann', '10.1.0.1')]).toEqual([true, 0]);
    fail(throttle, 12, 'ann', '10.1.0.1');
    expect(waitOf(throttle, 'ann', '10.1.0.1')).toBeGreaterThan(0);
  });

  it('are forgotten with a success, and after the window', () => {
    const throttle = make();
    fail(throttle, 9, 'ann', '10.0.0.1');
    throttle.succeeded('ann', '10.0.0.1');
    fail(throttle, 9, 'ann', '10.0.0.1');
    expect(waitOf(throttle, 'ann', '10.0.0.1')).toBe(0);
    now += 900_000;
    fail(throttle, 9, 'ann', '10.0.0.1');
    expect(waitOf(throttle, 'ann', '10.0.0.1')).toBe(0);
    fail(throttle, 1, 'ann', '10.0.0.1');
    expect(waitOf(throttle, 'ann', '10.0.0.1')).toBe(1);
    now += 1_001;
    expect(waitOf(throttle, 'ann', '10.0.0.1')).toBe(0);
  });

  it('count the same for names that nobody has, however long', () => {
    const throttle = make();
    const name = 'x'.repeat(3_000);
    fail(throttle, 10, name, '10.0.0.1');
    expect([waitOf(throttle, name, '10.0.0.1'), waitOf(throttle, `${name}y`, '10.0.0.1')]).toEqual([1, 0]);
  });

  it('take no more memory than they may', () => {
    const throttle = make({}, 100);
    fail(throttle, 10, 'ann', '10.0.0.1');
    for (let i = 0; i < 200; i++) throttle.failed(`name-${i}`, `10.0.${i}.1`);
    expect(waitOf(throttle, 'ann', '10.0.0.1')).toBe(0);
  });

  it('do not count where that is switched off', () => {
    const throttle = make({ enabled: false });
    fail(throttle, 5_000, 'ann', '10.0.0.1');
    expect(waitOf(throttle, 'ann', '10.0.0.1')).toBe(0);
  });
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['1::5:6:7:8.9.10.11', '1:0:0:5::/64'],
  ['', ''],
  ['elsewhere', 'elsewhere'],
])('takes %j for %j', (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix);
});
