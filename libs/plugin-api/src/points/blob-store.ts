import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';

/**
 * Immutable bytes by locator. The host chooses locators, hashes, and decides
 * what is referenced; a store only appends, syncs, reads and deletes.
 *
 * A locator is `epoch/serial`: 8 and 10 characters of `[0-9a-z]`. It is never used
 * again, not even after a delete. Nothing is visible under a locator
 * to anybody but its uploader before `commit`: the host records it only afterwards.
 *
 * Errors: `no-space` (disk full), `unavailable` (I/O error, read-only or vanished
 * storage), `not-found` with reason `blob`, `aborted` when the context's signal
 * fires. After an error nothing half-written is ever reported as committed.
 */
export interface BlobStore {
  /**
   * Starts an upload of a new locator. Throws `already-exists` when the locator
   * holds bytes. Holds resources until `commit`, `suspend` or `abort`; the host calls one of them always.
   */
  begin(context: CallContext, locator: string): Promise<BlobUpload>;

  /**
   * Goes on with an upload, perhaps of another process. Of bytes that are committed
   * already, whose record failed, it answers the whole length; the upload is then only
   * committed again or suspended.
   * @returns the upload and the number of bytes that are durable so far, all that was there at the
   * last `suspend` at least; appending goes on from there.
   * Throws `not-found` when nothing was begun.
   */
  resume(context: CallContext, locator: string): Promise<{ upload: BlobUpload; durableLength: number }>;

  /**
   * Opens committed bytes for reading one range: one backend request per range.
   * @param range offset and length in bytes, inside the blob as it was recorded; a blob that ends before makes the reader
   * throw `corrupt`. The host always closes the reader. Throws `not-found`.
   */
  open(context: CallContext, locator: string, range: ByteRange): Promise<BlobReader>;

  /** Size in bytes of what is stored under the locator, or `undefined`. */
  stat(context: CallContext, locator: string): Promise<BlobStat | undefined>;

  /** Removes the bytes. Idempotent: an absent locator is success. Durable when it resolves. */
  delete(context: CallContext, locator: string): Promise<void>;

  /**
   * Locators in ascending order, uncommitted ones included.
   * @param query.epoch only those of this epoch; absent: all
   * @param query.after start behind this locator
   * @param query.limit at most this many, 1 to 1,000
   * @returns fewer than `limit` only at the end
   */
  list(context: CallContext, query: { epoch?: string; after?: string; limit: number }): Promise<readonly string[]>;
}

/** Offset and length in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface BlobStat {
  readonly size: number;
}

/** One upload. Calls are made one after the other, never concurrently. */
export interface BlobUpload {
  /**
   * Adds bytes at `offset`, which is always the sum of the lengths before. Any
   * size is accepted; alignment and minimum part sizes are the store's affair.
   * @param chunk may lie over shared memory; it is the caller's again once the promise settles.
   */
  append(offset: number, chunk: Uint8Array): Promise<void>;

  /**
   * Resolves only when all bytes and the directory entries that lead to them are
   * on stable storage. Idempotent after success. A failed sync fails the commit
   * and is never retried: the bytes count as lost.
   */
  commit(): Promise<void>;

  /**
   * Lets go of all resources and keeps the bytes, which are durable when it
   * resolves; `resume` goes on with them. Ends this upload like `commit` and `abort`.
   */
  suspend(): Promise<void>;

  /** Drops the upload and its bytes. Idempotent; also after a failed append or commit. Never throws for absence. */
  abort(): Promise<void>;
}

/** Reads the range that was opened, from its start to its end. */
export interface BlobReader {
  /**
   * Fills `buffer` from its start.
   * @returns bytes read, less than the buffer only at the end of the range; 0 at the end.
   * Throws `corrupt` when the stored bytes end before the range does.
   */
  readInto(buffer: Uint8Array): Promise<number>;
  /** Idempotent; never throws. */
  close(): Promise<void>;
}

export const blobStore = definePoint<BlobStore>('storage.blobs/v1alpha', 'one');

/** What a well-formed locator looks like. */
export const LOCATOR_PATTERN = /^[0-9a-z]{8}\/[0-9a-z]{10}$/;
