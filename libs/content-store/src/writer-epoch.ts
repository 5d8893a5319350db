import type { CallContext, Clock, MetadataStore } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';

/** Names of the leases whose fences are epochs. */
export const EPOCH_LEASES = 'writer/';

/** A locator's first half. */
export const epochName = (epoch: number) => epoch.toString(36).padStart(8, '0');

export interface EpochOptions {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  /** Unique to this process. */
  readonly holder: string;
  readonly ttlMs: number;
  /** Called before each renewal; what it answers is called after it, which proves that the store commits. */
  readonly aroundRenewal?: () => () => Promise<void>;
}

/**
 * This process's right to make locators. Its number prefixes every locator; once
 * the lease is gone no intent takes such a locator any more, so the clean-up may
 * remove what was never recorded.
 */
export class WriterEpoch {
  private epoch: number | undefined;
  private serial = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: CallContext,
    private readonly options: EpochOptions,
  ) {}

  async start(): Promise<void> {
    await this.acquire();
    this.timer = setInterval(() => void this.renew(), this.options.ttlMs / 3);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    const fence = this.epoch;
    this.epoch = undefined;
    if (fence !== undefined) await this.options.metadata.apply(this.context, { kind: 'release-lease', name: this.lease, fence });
  }

  /** A locator that was never used, and its epoch. Throws `unavailable` while the lease is lost. */
  nextLocator(): { locator: string; epoch: number } {
    const epoch = this.epoch;
    if (epoch === undefined) throw new StoreError('unavailable', 'The writing lease is lost; it is being acquired again');
    return { locator: `${epochName(epoch)}/${(this.serial++).toString(36).padStart(10, '0')}`, epoch };
  }

  private get lease(): string {
    return EPOCH_LEASES + this.options.holder;
  }

  private async acquire(): Promise<void> {
    const { metadata, clock, holder, ttlMs } = this.options;
    const { fence } = await metadata.apply(this.context, { kind: 'acquire-lease', name: this.lease, holder, ttlMs, at: clock.now() });
    this.epoch = fence;
    this.serial = 0;
  }

  private async renew(): Promise<void> {
    const { metadata, clock, ttlMs } = this.options;
    const afterwards = this.options.aroundRenewal?.();
    try {
      if (this.epoch === undefined) return await this.acquire();
      await metadata.apply(this.context, { kind: 'renew-lease', name: this.lease, fence: this.epoch, ttlMs, at: clock.now() });
      await afterwards?.();
    } catch (error) {
      // Whoever took it over has ended the epoch; an unreachable store is asked again at the next tick.
      if (isStoreError(error) && error.details.reason === 'lease-lost') this.epoch = undefined;
      this.context.logger.warn('writing lease not renewed', { error });
    }
  }
}
