import { ociError } from '@zas/oci-protocol';
import type { OciCall } from './oci-call.js';

/** Bytes of memory that a byte of a document costs: itself, its text, its values. */
const DOCUMENT_COST = 4;
/** A document of unknown length counts as this long until it is longer, and then as the longest. */
const SHORT = 256 * 1024;

/**
 * Reads a whole small body, which counts in the byte budget while `work` runs.
 * Throws `MANIFEST_INVALID` 413 beyond `limit` bytes; `SIZE_INVALID` when it is not as long as announced.
 */
export async function withDocument<T>(call: OciCall, limit: number, work: (bytes: Buffer) => Promise<T>): Promise<T> {
  const announced = call.contentLength();
  if (announced !== undefined && announced > limit) throw tooLarge(limit);
  const { documents } = call.registry.content;
  const hold = (bytes: number) => documents.reserve(bytes * DOCUMENT_COST, call.context.signal);
  let most = announced ?? Math.min(SHORT, limit);
  let held = await hold(most);
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of call.exchange.hasBody ? call.exchange.body() : []) {
      length += piece.length;
      if (length > limit) throw tooLarge(limit);
      if (announced === undefined && length > most) {
        // Given back first: who holds and waits for more could wait for others that do so too.
        held.release();
        most = limit;
        held = await hold(most);
      }
      pieces.push(piece);
    }
    if (announced !== undefined && length !== announced) throw ociError('SIZE_INVALID');
    return await work(Buffer.concat(pieces, length));
  } finally {
    held.release();
  }
}

const tooLarge = (limit: number) => ociError('MANIFEST_INVALID', { status: 413, message: 'manifest too large', detail: { limit } });
