import type { HttpConfig } from '@zas/config';
import type { Clock, Meter } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import { addressNetwork } from './address-network.js';
import { TokenBuckets } from './token-buckets.js';

/** How often one address and one principal may ask. */
export class RateLimits {
  private readonly addresses: TokenBuckets | undefined;
  private readonly principals: TokenBuckets | undefined;
  private readonly refused;

  constructor({ perAddress, perPrincipal }: HttpConfig['rateLimits'], clock: Pick<Clock, 'monotonic'>, meter: Meter) {
    this.addresses = perAddress && new TokenBuckets(perAddress, clock);
    this.principals = perPrincipal && new TokenBuckets(perPrincipal, clock);
    this.refused = meter.counter({ name: 'http_rate_limited_total', help: 'Requests that were refused because their address or principal asks too often', labels: ['by'] });
  }

  /** Before anything is known of a request but where it comes from. Throws `slow-down`. */
  ofAddress(address: string): void {
    if (this.addresses) this.require(this.addresses.take(addressNetwork(address)), 'address');
  }

  /** Once it is known who asks. Throws `slow-down`. */
  ofPrincipal(id: string): void {
    if (this.principals) this.require(this.principals.take(id), 'principal');
  }

  private require(waitMs: number, by: 'address' | 'principal'): void {
    if (waitMs === 0) return;
    this.refused.add(1, { by });
    throw new StoreError('slow-down', 'Too many requests', { details: { retryAfterSeconds: Math.ceil(waitMs / 1000) } });
  }
}

/** When to come again, where the caller and not the server is at fault: it asks too often. */
export function secondsToWait(error: unknown): number | undefined {
  const wait = isStoreError(error) && error.code === 'slow-down' ? error.details['retryAfterSeconds'] : undefined;
  return typeof wait === 'number' ? wait : undefined;
}
