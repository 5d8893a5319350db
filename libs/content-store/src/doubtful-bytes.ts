import type { BlobStore, CallContext, MetadataStore } from '@zas/plugin-api';

const STEP = 1000;

/**
 * Bytes whose intent ended without saying whether it was committed. Once the
 * metadata store commits again its ledger knows: what is not in it never will be,
 * and goes. Kept in memory only; after a crash the sweep of dead epochs finds them.
 */
export class DoubtfulBytes {
  private readonly locators = new Set<string>();

  get size(): number {
    return this.locators.size;
  }

  add(locator: string): void {
    this.locators.add(locator);
  }

  /** What is in doubt now; take it before the commit that settles it. */
  take(): readonly string[] {
    return [...this.locators].slice(0, STEP);
  }

  /** @param asked what `take` answered before a commit began that has succeeded since */
  async resolve(asked: readonly string[], metadata: MetadataStore, blobs: BlobStore, context: CallContext): Promise<void> {
    if (asked.length === 0) return;
    const known = await metadata.blobs.known(context, asked);
    for (const locator of asked) {
      if (!known.has(locator)) await blobs.delete(context, locator);
      this.locators.delete(locator);
    }
  }
}
