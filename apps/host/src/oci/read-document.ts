import type { Reservation } from '@zas/content-store';
import { ociError } from '@zas/oci-protocol';
import type { OciCall } from './oci-call.js';

/** Bytes of memory that a byte of a document costs: itself, its text, its values. */
const DOCUMENT_COST = 4;
/** Memory is taken in such portions for a document of unknown length. */
const PORTION = 256 * 1024;

/**
 * Reads a whole small body, which counts in the byte budget while `work` runs.
 * Throws `MANIFEST_INVALID` 413 beyond `limit` bytes; `SIZE_INVALID` when it is not as long as announced.
 */
export async function withDocument<T>(call: OciCall, limit: number, work: (bytes: Buffer) => Promise<T>): Promise<T> {
  const announced = call.contentLength();
  if (announced !== undefined && announced > limit) throw tooLarge(limit);
  const { budget } = call.registry.content;
  const held: Reservation[] = [];
  const hold = async (bytes: number) => void held.push(await budget.reserve(Math.min(bytes * DOCUMENT_COST, budget.capacity), call.context.signal));
  try {
    if (announced !== undefined) await hold(announced);
    const pieces: Buffer[] = [];
    let length = 0;
    let portion = 0;
    for await (const piece of call.exchange.hasBody ? call.exchange.body() : []) {
      length += piece.length;
      if (length > limit) throw tooLarge(limit);
      if (announced === undefined && length > portion) {
        await hold(PORTION);
        portion += PORTION;
      }
      pieces.push(piece);
    }
    if (announced !== undefined && length !== announced) throw ociError('SIZE_INVALID');
    return await work(Buffer.concat(pieces, length));
  } finally {
    for (const reservation of held) reservation.release();
  }
}

const tooLarge = (limit: number) => ociError('MANIFEST_INVALID', { status: 413, message: 'manifest too large', detail: { limit } });
