import type { BodyLocation, ByteRange, CallContext, ContentStretch, ObjectCatalog } from '@zas/plugin-api';
import { BLOCK_BYTES } from '@zas/plugin-api';
import { BlockReader } from './block-reader.js';
import { corruptBytes } from './block-sums.js';
import type { BufferReservation } from './byte-budget.js';
import type { ContentStore } from './content-store.js';

const PIECE = 1024 * 1024;

/** A stretch of a body whose bytes are at hand or in the blob store. */
interface Stretch {
  readonly length: number;
  readonly from: { readonly bytes: Uint8Array } | ContentStretch;
}

/**
 * A range of a body, pinned: from here on it can be read to its end although the
 * object is replaced meanwhile, because unreferenced bytes outlive the longest read.
 */
export interface OpenBody {
  readonly length: number;
  readonly stretches: readonly Stretch[];
}

/** Takes one piece; the bytes are the reader's again when it resolves. */
export type Sink = (piece: Uint8Array) => Promise<void>;

/**
 * Finds where the bytes of a range are.
 * @returns `undefined` when the body went away since its record was read: look the record up again
 */
export async function openBody(
  objects: ObjectCatalog,
  context: CallContext,
  body: { readonly location: BodyLocation; readonly size: number },
  range: ByteRange,
): Promise<OpenBody | undefined> {
  const { location } = body;
  if (range.length === 0 || location.kind === 'empty') return { length: 0, stretches: [] };
  if (location.kind === 'content') {
    const from = { ...location, offset: location.offset + range.offset };
    return { length: range.length, stretches: [{ length: range.length, from }] };
  }
  if (location.kind === 'inline') {
    const bytes = location.bytes ?? (await objects.inlineBytes(context, location.inlineId));
    return bytes && { length: range.length, stretches: [{ length: range.length, from: { bytes: cut(bytes, range.offset, range.length) } }] };
  }
  const stretches: Stretch[] = [];
  let at = range.offset;
  const end = range.offset + range.length;
  for (const extent of await objects.extents(context, location.bodyId, range.offset, range.length)) {
    if (extent.start > at) return undefined;
    const length = Math.min(end, extent.start + extent.length) - at;
    const offset = extent.source.offset + at - extent.start;
    if (extent.source.kind === 'content') {
      stretches.push({ length, from: { ...extent.source, offset } });
    } else {
      // Inline bytes go with their object, so they are taken now; small by definition.
      const bytes = await objects.inlineBytes(context, extent.source.inlineId);
      if (!bytes) return undefined;
      stretches.push({ length, from: { bytes: cut(bytes, offset, length) } });
    }
    at += length;
  }
  return at === end ? { length: range.length, stretches } : undefined;
}

/**
 * Reads an open body into `sink`, in order. While one buffer is being taken by the
 * sink the next is filled, as long as there is plenty of memory.
 *
 * Errors: `corrupt` (bytes missing or not as recorded; nothing of their block is handed out), `slow-down`, `aborted`, the blob store's, the sink's.
 */
export async function readBody(store: ContentStore, context: CallContext, body: OpenBody, sink: Sink): Promise<void> {
  const pump = new Pump(store, context, sink);
  try {
    for (const { from, length } of body.stretches) {
      if ('bytes' in from) await pump.bytes(from.bytes);
      else await pump.content(from, length);
    }
    await pump.drained();
  } finally {
    await pump.end();
  }
}

const cut = (bytes: Uint8Array, offset: number, length: number) => {
  if (bytes.length < offset + length) throw corruptBytes();
  return bytes.subarray(offset, offset + length);
};

/** Alternates between two buffers, or waits for the one that it has. */
class Pump {
  private sending: Promise<void> = Promise.resolve();
  private failure: unknown;
  private readonly spare: BufferReservation[] = [];
  private held = 0;

  constructor(
    private readonly store: ContentStore,
    private readonly context: CallContext,
    private readonly sink: Sink,
  ) {}

  async content(from: ContentStretch, length: number): Promise<void> {
    const reader = await BlockReader.open(this.store, this.context, { ...from, length });
    try {
      while (reader.left > 0) await this.fill(reader);
    } finally {
      await reader.close();
    }
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    await this.drained();
    await this.sink(bytes);
  }

  /** Waits until the sink has taken everything. */
  async drained(): Promise<void> {
    await this.sending;
    if (this.failure !== undefined) throw this.failure;
  }

  async end(): Promise<void> {
    await this.sending;
    for (const buffer of this.spare) buffer.release();
  }

  private async fill(reader: BlockReader): Promise<void> {
    const buffer = await this.nextBuffer(reader.left);
    let piece: Uint8Array;
    try {
      piece = await reader.readInto(buffer.buffer);
      await this.drained();
    } catch (error) {
      this.spare.push(buffer);
      throw error;
    }
    this.sending = this.sink(piece).then(
      () => void this.spare.push(buffer),
      (error: unknown) => {
        this.failure ??= error;
        this.spare.push(buffer);
      },
    );
  }

  private async nextBuffer(left: number): Promise<BufferReservation> {
    const spare = this.spare.pop();
    if (spare) return spare;
    if (this.held > 0) {
      const second = this.held === 1 ? this.store.budget.acquireIfPlenty(Math.min(left, PIECE), BLOCK_BYTES) : undefined;
      if (second) {
        this.held++;
        return second;
      }
      await this.drained();
      return this.spare.pop()!;
    }
    this.held++;
    return this.store.budget.acquire(Math.min(left, PIECE), this.context.signal, BLOCK_BYTES);
  }
}
