import type { CallContext } from '../context.js';
import type { FeedEntry } from '../metadata/records.js';
import { definePoint } from '../point.js';

/**
 * Hears of every change, at least once and in order per key, from the host's
 * registered reader of the change feed. It cannot veto. Rejecting makes the host
 * repeat with back-off, then put the entry aside.
 */
export interface EventListener {
  /** Names the durable position; never change it. */
  readonly name: string;
  handle(context: CallContext, entries: readonly FeedEntry[]): Promise<void>;
}

export const eventListener = definePoint<EventListener>('events.listener/v1alpha', 'many');
