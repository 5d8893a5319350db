import type { CallContext } from '@zas/plugin-api';
import type { ContentStore } from './content-store.js';
import type { DigestRequest, Digests } from './digests.js';
import { readBody } from './read-body.js';
import type { OpenBody } from './read-body.js';

/** Reads a stored body and digests it in a hash worker. Errors as of `readBody`. */
export async function digestBody(store: ContentStore, context: CallContext, body: OpenBody, request: DigestRequest): Promise<Digests> {
  const job = store.hashes.begin(request);
  try {
    await readBody(store, context, body, async (piece) => {
      const buffer = await store.budget.acquire(piece.length, context.signal);
      try {
        for (let at = 0; at < piece.length; at += buffer.bytes) {
          const part = piece.subarray(at, at + buffer.bytes);
          buffer.buffer.set(part);
          await job.update(buffer.offset, part.length);
        }
      } finally {
        buffer.release();
      }
    });
    return await job.finish();
  } catch (error) {
    job.drop();
    throw error;
  }
}
