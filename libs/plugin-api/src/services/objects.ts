import type { CallContext } from '../context.js';
import type { ObjectVersion } from '../metadata/records.js';
import { defineService } from '../point.js';

/**
 * Host service: objects through the use cases, so that every rule applies
 * (admission, locks, authorisation of the context's principal).
 */
export interface Objects {
  /** The current version's record, or `undefined`. Throws `not-found` (reason `bucket`), `access-denied`. */
  head(context: CallContext, bucket: string, key: string): Promise<ObjectVersion | undefined>;
  /** The current version with its bytes, read piece by piece. `undefined` when absent. */
  get(context: CallContext, bucket: string, key: string): Promise<{ record: ObjectVersion; body: AsyncIterable<Uint8Array> } | undefined>;
  /** Stores an object. Resolves when durable. */
  put(
    context: CallContext,
    bucket: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: { contentType?: string; ifNoneMatch?: '*' },
  ): Promise<{ etag: string; versionId?: string }>;
  /** Deletes the current version (or adds a delete marker). Absent is success. */
  delete(context: CallContext, bucket: string, key: string): Promise<void>;
}

export const objects = defineService<Objects>('host.objects/v1alpha');
