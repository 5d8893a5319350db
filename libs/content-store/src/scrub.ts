import type { BlobLedger, CallContext, ContentRecord, MetadataStore } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import { BLOCK_BYTES } from '@zas/plugin-api';
import { BlockReader } from './block-reader.js';
import type { ContentStore } from './content-store.js';

const PLACE = { namespace: 'host', collection: 'scrub', id: 'position' } as const;
const INLINE_STEP = 200;
const BUFFER = 4 * BLOCK_BYTES;

/** Where a pass stands: small bodies first, then contents. */
interface Position {
  readonly phase: 'inline' | 'contents';
  /** Last id of which all was read. */
  readonly after: number;
  /** Byte of the next content to go on with. */
  readonly offset: number;
}

const START: Position = { phase: 'inline', after: 0, offset: 0 };

/**
 * One step of reading everything that is stored and holding it against its
 * checksums, so that rot is found before somebody needs the bytes. The position is
 * kept in the metadata store: a pass goes on after a restart, or in another process.
 * @param budget bytes to read in this step
 * @returns whether a whole pass has ended
 */
export async function scrubStep(store: ContentStore, metadata: MetadataStore, context: CallContext, budget: number): Promise<boolean> {
  const kept = await metadata.documents.find(context, PLACE.namespace, PLACE.collection, PLACE.id);
  const position = { ...START, ...(kept?.value as Partial<Position> | undefined) };
  const step = position.phase === 'inline' ? scrubInline : scrubContents;
  const next = await step(store, metadata.blobs, context, position, budget);
  await metadata.apply(context, { kind: 'put-document', ...PLACE, value: next ?? START });
  return next === undefined;
}

async function scrubInline(store: ContentStore, ledger: BlobLedger, context: CallContext, { after }: Position): Promise<Position> {
  const { corrupt, next } = await ledger.checkInline(context, { after, limit: INLINE_STEP });
  for (const inlineId of corrupt) store.corruption.inline(context, inlineId);
  return next === undefined ? { phase: 'contents', after: 0, offset: 0 } : { phase: 'inline', after: next, offset: 0 };
}

async function scrubContents(
  store: ContentStore,
  ledger: BlobLedger,
  context: CallContext,
  position: Position,
  budget: number,
): Promise<Position | undefined> {
  let { after, offset } = position;
  for (let left = budget; left > 0; ) {
    const [content] = await ledger.list(context, { after, limit: 1 });
    if (!content) return undefined;
    const length = Math.min(left, content.size - offset);
    if (content.state === 'live' && length > 0) await readRange(store, context, content, offset, length);
    left -= Math.max(1, length);
    offset += length;
    if (offset >= content.size) [after, offset] = [content.id, 0];
  }
  return { phase: 'contents', after, offset };
}

async function readRange(store: ContentStore, context: CallContext, content: ContentRecord, offset: number, length: number): Promise<void> {
  const buffer = await store.budget.acquire(BUFFER, context.signal, BLOCK_BYTES);
  try {
    const range = { contentId: content.id, locator: content.locator, contentSize: content.size, offset, length };
    const reader = await BlockReader.open(store, context, range);
    try {
      while (reader.left > 0) await reader.readInto(buffer.buffer);
    } finally {
      await reader.close();
    }
  } catch (error) {
    // Reported by the reader; the pass goes on with the next content.
    if (!isStoreError(error) || error.code !== 'corrupt') throw error;
  } finally {
    buffer.release();
  }
}
