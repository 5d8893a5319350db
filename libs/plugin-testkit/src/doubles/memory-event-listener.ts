import type { CallContext, EventListener, FeedEntry } from '@zas/plugin-api';

/** Remembers what it heard, each entry once. */
export class MemoryEventListener implements EventListener {
  readonly heard: FeedEntry[] = [];
  /** Rejects what it is handed. */
  failing = false;

  constructor(readonly name = 'memory') {}

  async handle(_context: CallContext, entries: readonly FeedEntry[]): Promise<void> {
    if (this.failing) throw new Error('The listener does not want to');
    const last = this.heard.at(-1)?.position ?? '';
    this.heard.push(...entries.filter(({ position }) => position > last));
  }
}
