import type { BlobStore, CallContext, Clock, MetadataStore } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import { EPOCH_LEASES, epochName } from './writer-epoch.js';

const STEP = 100;
/** Open uploads that are looked at; of more, each epoch may have one. */
const MOST_UPLOADS = 10_000;
const NAMESPACE = 'host';
const SWEPT = 'swept-epochs';

/** What is remembered of an epoch that was swept. */
interface SweptEpoch {
  readonly firstAt: number;
  readonly last: boolean;
}

export interface CollectorParts {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Unreferenced bytes stay this long, which is longer than the longest read. */
  readonly graceMs: number;
  readonly holder: string;
}

/**
 * One step of removing contents that nothing refers to: they are claimed in the
 * ledger first, so that no new reference can meet them, then their bytes go, then
 * their rows. Safe to interrupt anywhere: claimed rows are answered again.
 * @returns whether there may be more
 */
export async function collectUnreferenced(parts: CollectorParts, context: CallContext): Promise<boolean> {
  const { metadata, blobs, clock, graceMs } = parts;
  const { contents } = await metadata.apply(context, { kind: 'claim-contents', condemnedBefore: clock.now() - graceMs, limit: STEP });
  if (contents.length === 0) return false;
  const deletions = await Promise.allSettled(contents.map((content) => blobs.delete(context, content.locator)));
  const gone = contents.filter((_content, index) => deletions[index]!.status === 'fulfilled');
  await metadata.apply(context, { kind: 'forget-contents', contentIds: gone.map((content) => content.contentId) });
  // Those whose bytes could not be removed are answered again next time.
  for (const deletion of deletions) if (deletion.status === 'rejected') throw deletion.reason;
  return contents.length === STEP;
}

/**
 * One pass over the epochs of processes that are gone: bytes there that no row
 * knows were never recorded and never can be. An expired lease is taken over first,
 * which makes every later intent of that process fail. A swept epoch is remembered.
 */
export async function collectOrphans(parts: CollectorParts, context: CallContext): Promise<void> {
  await closeExpiredEpochs(parts, context);
  let after: string | undefined;
  for (;;) {
    const [first]: readonly string[] = await parts.blobs.list(context, { after, limit: 1 });
    if (first === undefined || context.signal.aborted) return;
    const epoch = first.slice(0, 8);
    // Asked after its bytes were seen: an epoch that begins meanwhile has its lease before them.
    const leases = await parts.metadata.leases.list(context, EPOCH_LEASES);
    if (!leases.some((lease) => epochName(lease.fence) === epoch)) await sweep(parts, context, epoch);
    after = `${epoch}/zzzzzzzzzz`;
  }
}

async function closeExpiredEpochs({ metadata, clock, holder }: CollectorParts, context: CallContext): Promise<void> {
  for (const lease of await metadata.leases.list(context, EPOCH_LEASES)) {
    // Who sweeps is alive: only a clock that jumped lets his own lease look expired.
    if (lease.holder === holder || lease.expiresAt > clock.now()) continue;
    try {
      const taken = await metadata.apply(context, { kind: 'acquire-lease', name: lease.name, holder, ttlMs: 1, at: clock.now() });
      await metadata.apply(context, { kind: 'release-lease', name: lease.name, fence: taken.fence });
    } catch (error) {
      if (!isStoreError(error) || error.details.reason !== 'lease-held') throw error;
    }
  }
}

/**
 * A process that stalled may not know yet that its epoch was closed, and begin
 * uploads that then fail; so one sweep more is made once none of its requests can
 * still be running. That one is the last, unless an upload of several requests goes
 * on there: should the process that ends it die at that moment, nobody else removes
 * its bytes.
 */
async function sweep({ metadata, blobs, clock, graceMs }: CollectorParts, context: CallContext, epoch: string): Promise<void> {
  const swept = (await metadata.documents.find(context, NAMESPACE, SWEPT, epoch))?.value as SweptEpoch | undefined;
  const begun = clock.now();
  if (swept && (swept.last || begun - swept.firstAt <= graceMs)) return;
  // Asked before its bytes are seen: none begins in an epoch that is closed.
  const open = await metadata.blobUploads.idle(context, Number.MAX_SAFE_INTEGER, MOST_UPLOADS);
  const goesOn = open.length === MOST_UPLOADS || open.some(({ locator }) => locator.startsWith(`${epoch}/`));
  let after: string | undefined;
  for (;;) {
    const page: readonly string[] = await blobs.list(context, { epoch, after, limit: 1000 });
    const known = await metadata.blobs.known(context, page);
    for (const locator of page) if (!known.has(locator)) await blobs.delete(context, locator);
    if (context.signal.aborted) return;
    if (page.length < 1000) break;
    after = page.at(-1)!;
  }
  const value: SweptEpoch = { firstAt: swept?.firstAt ?? begun, last: swept !== undefined && !goesOn };
  await metadata.apply(context, { kind: 'put-document', namespace: NAMESPACE, collection: SWEPT, id: epoch, value });
}
