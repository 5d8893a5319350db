import type { BlobUpload, CallContext, DigestAlgorithm, LinkBlob, NewContent } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import type { BodySource } from './body-source.js';
import type { BufferReservation } from './byte-budget.js';
import type { ContentStore } from './content-store.js';
import { digestsOf } from './digests.js';
import type { DigestRequest, Digests } from './digests.js';
import type { HashJob } from './hash-pool.js';
import { newContent } from './new-content.js';
import { StreamedBody } from './streamed-body.js';

/** Where the bytes of an upload lie that takes several requests, and how they will be named. */
export interface Session {
  readonly uploadId: string;
  readonly locator: string;
  readonly algorithm: DigestAlgorithm;
}

/** The bytes of a session, whole and durable. */
export interface FinishedSession {
  readonly size: number;
  /** Hex, under the algorithm that was asked for. */
  readonly digest: string;
  /** For the intent that records them. */
  readonly body: LinkBlob['body'];
  /** The intent was answered: what the record does not need of the session goes. Never throws. */
  settled(): Promise<void>;
}

interface Progress {
  length: number;
  /** Hash of all the bytes so far. */
  hash: HashJob | undefined;
  busy: boolean;
  /** The session is over; what still works on it finds nothing at its end. */
  dropped?: true;
}

/** Sessions whose hash goes on between requests; older ones are read once more at their end. */
const KEPT = 1000;

/**
 * Bytes that come in several requests, of whatever process: each request leaves
 * them durable, and a hash that goes on is only a shortcut kept in memory.
 * Whatever works on a session that is dropped meanwhile throws `not-found`, reason `upload`.
 */
export class SessionBytes {
  /** In order of their last use. */
  private readonly sessions = new Map<string, Progress>();

  constructor(private readonly store: ContentStore) {}

  /** Durable bytes of a session; while a request writes to it those from before. Throws `conflict`, reason `upload-busy`, when even they are not known. */
  async length(context: CallContext, session: Session): Promise<number> {
    const present = this.sessions.get(session.uploadId);
    if (present && !Number.isNaN(present.length)) return present.length;
    return this.alone(context, session, async ({ length }) => length);
  }

  /**
   * Appends to a session. What arrived stays, also when it throws.
   * @param at where the writer believes to be; another place throws `conflict`, reason `upload-range` (details `length`)
   * @returns the length then
   *
   * Errors: `conflict`, reason `upload-busy`, while another request writes; `too-large` beyond `source.maxSize` in all;
   * those of the blob store and of `source.bytes`.
   */
  async append(context: CallContext, session: Session, at: number | undefined, source: Pick<BodySource, 'bytes' | 'size' | 'maxSize'>): Promise<number> {
    return this.alone(context, session, async (progress) => {
      if (at !== undefined && at !== progress.length) throw misplaced(progress.length);
      const { length } = progress;
      if (source.size !== undefined && length + source.size > source.maxSize) throw tooLarge(source.maxSize);
      const upload = await this.open(context, session, length);
      if (length === 0) progress.hash ??= this.store.hashes.begin(requestFor(session.algorithm));
      const on = { upload, locator: session.locator, hash: progress.hash, offset: length };
      await this.stream(StreamedBody.over(this.store, context, on, source.size), progress, source);
      return progress.length;
    });
  }

  /**
   * Ends a session: its bytes are whole and named. They are read once more when
   * their hash was not kept or another algorithm is asked for.
   */
  async finish(context: CallContext, session: Session, algorithm: DigestAlgorithm): Promise<FinishedSession> {
    return this.alone(context, session, async (progress) => {
      const size = progress.length;
      // Only committed bytes can be read; a wrong digest or a failed record leaves them to the session all the same.
      if (size > 0) await (await this.open(context, session, size)).commit();
      if (size <= this.store.inlineBytes) return this.finishSmall(context, session, size, algorithm);
      const kept = progress.hash;
      progress.hash = undefined;
      let digests: Digests;
      if (kept && algorithm === session.algorithm) {
        digests = await kept.finish();
      } else {
        kept?.drop();
        digests = await this.rehash(context, session.locator, size, algorithm);
      }
      this.sessions.delete(session.uploadId);
      const content: NewContent = newContent(session.locator, size, digests);
      return { size, digest: digests[algorithm]!, body: { kind: 'session', content }, settled: async () => undefined };
    });
  }

  /** The session is over; its bytes go. Never throws. */
  async drop(context: CallContext, session: Pick<Session, 'uploadId' | 'locator'>): Promise<void> {
    const present = this.sessions.get(session.uploadId);
    if (present?.busy) present.dropped = true;
    else present?.hash?.drop();
    this.sessions.delete(session.uploadId);
    await this.store.deleteUnrecorded(context, session.locator);
  }

  /** Small bytes travel with their record; what lies in the blob store is not needed then. */
  private async finishSmall(context: CallContext, session: Session, size: number, algorithm: DigestAlgorithm): Promise<FinishedSession> {
    const bytes = Buffer.alloc(size);
    if (size > 0) {
      const reader = await this.store.blobs.open(context, session.locator, { offset: 0, length: size });
      try {
        await reader.readInto(bytes);
      } finally {
        await reader.close();
      }
    }
    const digest = digestsOf(bytes, requestFor(algorithm))[algorithm]!;
    const settled = () => (size > 0 ? this.drop(context, session) : Promise.resolve(void this.sessions.delete(session.uploadId)));
    return { size, digest, body: { kind: 'inline', bytes }, settled };
  }

  private async stream(body: StreamedBody, progress: Progress, source: Pick<BodySource, 'bytes' | 'size' | 'maxSize'>): Promise<void> {
    const end = source.size === undefined ? source.maxSize : progress.length + source.size;
    let failure: unknown;
    try {
      for await (const piece of source.bytes) {
        if (body.length + piece.length > end) throw source.size === undefined ? tooLarge(source.maxSize) : wrongLength(source.size);
        await body.write(piece);
      }
      if (source.size !== undefined && body.length !== end) throw wrongLength(source.size);
    } catch (error) {
      failure = error;
    }
    try {
      await body.suspend();
      progress.length = body.length;
    } catch (error) {
      // Nobody knows what of them is durable, so none of them counts.
      await body.abort();
      progress.hash = undefined;
      progress.length = NaN;
      throw failure ?? error;
    }
    if (failure !== undefined) throw failure;
  }

  /** The upload at that length; nothing was begun while it is 0 and absent. */
  private async open(context: CallContext, { locator }: Session, length: number): Promise<BlobUpload> {
    try {
      const { upload, durableLength } = await this.store.blobs.resume(context, locator);
      if (durableLength === length) return upload;
      await upload.suspend();
      throw misplaced(durableLength);
    } catch (error) {
      if (length === 0 && isStoreError(error) && error.code === 'not-found') return this.store.blobs.begin(context, locator);
      throw error;
    }
  }

  /** One request at a time works on a session. */
  private async alone<T>(context: CallContext, session: Session, work: (progress: Progress) => Promise<T>): Promise<T> {
    const { uploadId } = session;
    const present = this.sessions.get(uploadId);
    if (present?.busy) {
      throw new StoreError('conflict', 'Another request works on this upload', { details: { reason: 'upload-busy', retriable: true } });
    }
    const progress: Progress = present ?? { length: NaN, hash: undefined, busy: true };
    progress.busy = true;
    // Used last, so it stands last.
    this.sessions.delete(uploadId);
    this.sessions.set(uploadId, progress);
    try {
      if (Number.isNaN(progress.length)) progress.length = await this.durableLength(context, session);
      const result = await work(progress);
      if (progress.dropped) throw gone(uploadId);
      return result;
    } catch (error) {
      // What was there a moment ago was dropped meanwhile, maybe before this began.
      if (progress.dropped || (isStoreError(error) && error.code === 'not-found')) throw gone(uploadId, error);
      throw error;
    } finally {
      progress.busy = false;
      if (progress.dropped) {
        progress.hash?.drop();
        // Once more, for what came behind the first removal.
        await this.store.deleteUnrecorded(context, session.locator);
      }
      this.forgetOldest();
    }
  }

  private async durableLength(context: CallContext, { locator }: Session): Promise<number> {
    try {
      const { upload, durableLength } = await this.store.blobs.resume(context, locator);
      await upload.suspend();
      return durableLength;
    } catch (error) {
      if (isStoreError(error) && error.code === 'not-found') return 0;
      throw error;
    }
  }

  private forgetOldest(): void {
    for (const [uploadId, { hash, busy }] of this.sessions) {
      if (this.sessions.size <= KEPT) return;
      if (busy) continue;
      hash?.drop();
      this.sessions.delete(uploadId);
    }
  }

  private async rehash(context: CallContext, locator: string, size: number, algorithm: DigestAlgorithm): Promise<Digests> {
    const job = this.store.hashes.begin(requestFor(algorithm));
    const reader = await this.store.blobs.open(context, locator, { offset: 0, length: size });
    let buffer: BufferReservation | undefined;
    try {
      buffer = await this.store.budget.acquire(size, context.signal);
      for (let left = size; left > 0; ) {
        const length = await reader.readInto(buffer.buffer.subarray(0, Math.min(left, buffer.bytes)));
        await job.update(buffer.offset, length);
        left -= length;
      }
      return await job.finish();
    } catch (error) {
      job.drop();
      throw error;
    } finally {
      buffer?.release();
      await reader.close();
    }
  }
}

const requestFor = (algorithm: DigestAlgorithm): DigestRequest => ({
  md5: false,
  sha256: algorithm === 'sha256',
  sha512: algorithm === 'sha512',
  blocks: true,
});

const misplaced = (length: number) => new StoreError('conflict', 'The upload is at another place', { details: { reason: 'upload-range', length } });

const gone = (uploadId: string, cause?: unknown) => new StoreError('not-found', 'The upload is over', { details: { reason: 'upload', uploadId }, cause });

const tooLarge = (maxSize: number) => new StoreError('too-large', 'The body is too large', { details: { maxSize } });

const wrongLength = (size: number) =>
  new StoreError('integrity', 'The body is not as long as was stated', { details: { statedLength: size } });
