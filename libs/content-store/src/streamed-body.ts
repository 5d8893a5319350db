import type { BlobUpload, CallContext } from '@zas/plugin-api';
import type { BufferReservation } from './byte-budget.js';
import type { ContentStore } from './content-store.js';
import type { DigestRequest, Digests } from './digests.js';
import type { HashJob } from './hash-pool.js';

/** Buffers of one upload that hash worker and disk may hold at a time. */
const IN_FLIGHT = 4;
const UNKNOWN_SIZE = 1024 * 1024;

/**
 * One large body on its way: the socket's pieces are copied into a shared buffer;
 * a full one is hashed and appended at the same time and then free again. A
 * half-filled one is handed on after a short while or as soon as others wait for
 * memory, so slow uploads hold next to nothing.
 */
export class StreamedBody {
  private filling: BufferReservation | undefined;
  private filled = 0;
  private appended: Promise<void> = Promise.resolve();
  private readonly inFlight = new Set<Promise<void>>();
  private failure: unknown;
  private timer: NodeJS.Timeout | undefined;
  private readonly endPressure: () => void;

  private constructor(
    private readonly store: ContentStore,
    private readonly context: CallContext,
    private readonly upload: BlobUpload,
    private readonly hash: HashJob | undefined,
    readonly locator: string,
    readonly epoch: number,
    private offset: number,
    private left: number,
  ) {
    this.endPressure = store.budget.onPressure(() => this.flush());
  }

  /** @param size bytes to come, when it is known */
  static async begin(store: ContentStore, context: CallContext, request: DigestRequest, size = Infinity): Promise<StreamedBody> {
    const { locator, epoch } = store.epoch.nextLocator();
    const upload = await store.blobs.begin(context, locator);
    return new StreamedBody(store, context, upload, store.hashes.begin(request), locator, epoch, 0, size);
  }

  /** Goes on with bytes that lie under `locator` already. @param hash of the bytes so far; absent: none is wanted */
  static over(
    store: ContentStore,
    context: CallContext,
    on: { readonly upload: BlobUpload; readonly locator: string; readonly hash: HashJob | undefined; readonly offset: number },
    size = Infinity,
  ): StreamedBody {
    return new StreamedBody(store, context, on.upload, on.hash, on.locator, NaN, on.offset, size);
  }

  /** Bytes under the locator, those on their way included. */
  get length(): number {
    return this.offset + this.filled;
  }

  /** Takes a copy of `piece`; waits while too much is in flight or no memory is free. */
  async write(piece: Uint8Array): Promise<void> {
    let rest = piece;
    while (rest.length > 0) {
      if (this.failure !== undefined) throw this.failure;
      if (!this.filling) {
        while (this.inFlight.size >= IN_FLIGHT) await Promise.race(this.inFlight);
        this.filling = await this.store.budget.acquire(Math.min(this.left, UNKNOWN_SIZE), this.context.signal);
        this.timer = setTimeout(() => this.flush(), this.store.flushMs);
      }
      const buffer: BufferReservation = this.filling;
      const count = Math.min(rest.length, buffer.bytes - this.filled);
      buffer.buffer.set(count === rest.length ? rest : rest.subarray(0, count), this.filled);
      this.filled += count;
      this.left -= count;
      rest = rest.subarray(count);
      if (this.filled === buffer.bytes) this.flush();
    }
  }

  /** Hands on what is left and waits for hashing and writing. */
  async finish(): Promise<Digests> {
    await this.drained();
    return this.hash!.finish();
  }

  /** Hands on what is left and keeps it, durably, for another request to go on with; the hash goes on too. */
  async suspend(): Promise<void> {
    this.endPressure();
    await this.drained();
    await this.upload.suspend();
  }

  private async drained(): Promise<void> {
    this.flush();
    await Promise.all(this.inFlight);
    if (this.failure !== undefined) throw this.failure;
  }

  async commit(): Promise<void> {
    this.endPressure();
    await this.upload.commit();
  }

  /** Lets everything go; safe at any point before a successful commit. */
  async abort(): Promise<void> {
    this.endPressure();
    clearTimeout(this.timer);
    this.filling?.release();
    this.filling = undefined;
    await Promise.all(this.inFlight);
    this.hash?.drop();
    await this.upload.abort();
  }

  private flush(): void {
    const buffer = this.filling;
    if (!buffer || this.filled === 0) return;
    clearTimeout(this.timer);
    const length = this.filled;
    const offset = this.offset;
    this.filling = undefined;
    this.filled = 0;
    this.offset += length;
    const bytes = buffer.buffer.subarray(0, length);
    this.appended = this.appended.then(() => this.upload.append(offset, bytes));
    const done = Promise.all([this.appended, this.hash?.update(buffer.offset, length)])
      .then(
        () => undefined,
        async (error: unknown) => {
          this.failure ??= error;
          // The other of the two may still read the buffer.
          await this.appended.catch(() => undefined);
        },
      )
      .finally(() => {
        buffer.release();
        this.inFlight.delete(done);
      });
    this.inFlight.add(done);
  }
}
