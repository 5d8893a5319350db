import type { CallContext, Clock, EventListener, FeedEntry, Jobs, MetadataStore } from '@zas/plugin-api';
import { errorCodeOf, isStoreError } from '@zas/plugin-api';

/** Namespace and collection of what was put aside. */
export const DEAD_LETTERS = ['host', 'feed-dead-letters'] as const;
const BATCH = 1000;
/** After that many failures an entry is put aside. */
const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

export interface FeedDeliveryParts {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  /** Pause before the feed is looked at again once all is delivered. */
  readonly pollMs: number;
  /** Resolves after that time, or at once when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of changes that a listener will not hear of any more. */
  readonly lost: (context: CallContext, reason: string) => void;
}

/** Name of the durable position of a listener. */
export const readerOf = ({ name }: EventListener): string => `listener/${name}`;

/**
 * Makes each listener a reader of the feed, from now on if it is new, and gives it a
 * job. To be awaited before the doors open: what changes from then on is delivered.
 */
export async function addFeedDelivery(jobs: Jobs, listeners: readonly EventListener[], parts: FeedDeliveryParts, context: CallContext): Promise<void> {
  for (const listener of listeners) {
    await parts.metadata.apply(context, { kind: 'register-feed-reader', name: readerOf(listener), from: 'now' });
    const delivery = new FeedDelivery(listener, parts);
    jobs.add({ name: `deliver-${listener.name}`, intervalMs: 1000, run: (own, fence) => delivery.step(own, fence) });
  }
  const known = new Set(listeners.map(readerOf));
  const orphans = (await parts.metadata.feed.readers(context)).filter(({ name }) => name.startsWith('listener/') && !known.has(name));
  // They keep the feed until `limits.feedEntries`: their plugin may be back tomorrow.
  for (const { name } of orphans) context.logger.warn('feed reader without a listener', { reader: name });
}

/** Hands one listener the feed, in order, at least once; what it refuses time and again is put aside. */
export class FeedDelivery {
  private failures = 0;
  /** While it is set, entries go one by one, so that only the one that is refused is put aside. */
  private singly = false;
  private at: { readonly fence: number; readonly position: string } | undefined;

  constructor(
    private readonly listener: EventListener,
    private readonly parts: FeedDeliveryParts,
  ) {}

  /** One batch, or a pause where there is nothing; goes on until the lease is lost, so that it is taken once. */
  async step(context: CallContext, fence: number): Promise<'again'> {
    const { metadata, pollMs, sleep } = this.parts;
    const name = readerOf(this.listener);
    if (this.at?.fence !== fence) {
      // Another process may have had the lease in between.
      const { position } = await metadata.apply(context, { kind: 'register-feed-reader', name, from: 'now' });
      this.at = { fence, position };
    }
    const entries = await this.read(context, this.at.position);
    const last = entries.at(-1);
    if (last === undefined) {
      this.singly = false;
      await sleep(pollMs, context.signal);
      return 'again';
    }
    if (!(await this.deliver(context, entries))) return 'again';
    await metadata.apply(context, { kind: 'advance-feed-reader', name, position: last.position });
    this.at = { fence, position: last.position };
    // Entries gather meanwhile: one batch costs its listener as much as one entry.
    if (!this.singly && entries.length < BATCH) await sleep(pollMs, context.signal);
    return 'again';
  }

  /** @returns false when it is to be tried again */
  private async deliver(context: CallContext, entries: readonly FeedEntry[]): Promise<boolean> {
    try {
      await this.listener.handle(context, entries);
      this.failures = 0;
      return true;
    } catch (error) {
      if (context.signal.aborted) return false;
      this.failures++;
      context.logger.warn('listener failed', { listener: this.listener.name, failures: this.failures, entries: entries.length, error });
      if (this.failures >= ATTEMPTS) {
        this.failures = 0;
        if (this.singly) return this.putAside(context, entries[0]!, error);
        this.singly = true;
        return false;
      }
      await this.parts.sleep(Math.min(FIRST_PAUSE_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS), context.signal);
      return false;
    }
  }

  private async putAside(context: CallContext, entry: FeedEntry, error: unknown): Promise<boolean> {
    const [namespace, collection] = DEAD_LETTERS;
    const why = { code: errorCodeOf(error), message: isStoreError(error) ? error.message : undefined };
    const value = { listener: this.listener.name, at: this.parts.clock.now(), attempts: ATTEMPTS, error: why, entry };
    await this.parts.metadata.apply(context, { kind: 'put-document', namespace, collection, id: `${this.listener.name}/${entry.position}`, value });
    context.logger.error('feed entry put aside', { listener: this.listener.name, position: entry.position, kind: entry.kind, error });
    this.parts.lost(context, `${this.listener.name} refused the change at ${entry.position}`);
    return true;
  }

  /** Behind `position`; behind what was trimmed before it was read, if that is further. */
  private async read(context: CallContext, position: string): Promise<readonly FeedEntry[]> {
    const { feed } = this.parts.metadata;
    const limit = this.singly ? 1 : BATCH;
    try {
      return (await feed.read(context, position, limit)).entries;
    } catch (error) {
      if (!isStoreError(error) || error.details.reason !== 'feed-trimmed') throw error;
      const kept = await this.resynchronise(context);
      context.logger.error('changes were not delivered', { listener: this.listener.name, from: position, to: kept });
      this.parts.lost(context, `${this.listener.name} missed the changes from ${position} to ${kept}`);
      this.at = { ...this.at!, position: kept };
      return (await feed.read(context, kept, limit)).entries;
    }
  }

  /** A reader that begins now stands before the oldest entry that is kept. */
  private async resynchronise(context: CallContext): Promise<string> {
    const { metadata } = this.parts;
    const name = readerOf(this.listener);
    const newcomer = `${name}/resynchronise`;
    const { position } = await metadata.apply(context, { kind: 'register-feed-reader', name: newcomer, from: 'start' });
    await metadata.apply(context, { kind: 'advance-feed-reader', name, position });
    await metadata.apply(context, { kind: 'remove-feed-reader', name: newcomer });
    return position;
  }
}
