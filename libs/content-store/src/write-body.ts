import type { CallContext, NewBody } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { BodySource } from './body-source.js';
import type { ContentStore } from './content-store.js';
import type { Digests } from './digests.js';
import { digestsOf } from './digests.js';
import type { DigestRequest } from './digests.js';
import { newContent } from './new-content.js';
import { StreamedBody } from './streamed-body.js';

/** Durable bytes that no record refers to yet. `settled` must be called in any case. */
export interface WrittenBody {
  readonly size: number;
  /** The md5, unless the source is `named`; the rest as asked. */
  readonly digests: Digests;
  /** For the intent that records it. */
  readonly body: NewBody;
  /** The intent was answered: memory that the body held is free again. */
  settled(): void;
  /** The intent was surely refused: the bytes go. Never throws. */
  discard(): Promise<void>;
  /** Nobody knows whether the intent was committed: the bytes stay until the ledger can be asked. */
  doubt(): void;
}

/**
 * Takes the bytes of a body, for every door: small ones stay in memory to travel
 * with their record, larger ones go through shared memory to hash worker and blob
 * store at the same time. Resolves when they are durable (small ones will be with
 * their intent). Nothing is left when it throws.
 *
 * Errors: `integrity`, `too-large`, `slow-down`, `aborted`, those of the blob
 * store, and what `source.bytes` and `source.verify` throw.
 */
export async function writeBody(store: ContentStore, context: CallContext, source: BodySource): Promise<WrittenBody> {
  if (source.size !== undefined && source.size > source.maxSize) throw tooLarge(source.maxSize);
  const small = source.size !== undefined && source.size <= store.inlineBytes;
  return small ? writeInline(store, context, source, source.size!) : writeStreamed(store, context, source);
}

async function writeInline(store: ContentStore, context: CallContext, source: BodySource, size: number): Promise<WrittenBody> {
  const held = await store.budget.reserve(size, size > 0 ? context.signal : undefined);
  try {
    const bytes = await collect(source, size);
    const digests = digestsOf(bytes, digestRequest(source, source.sha256 === true));
    await source.verify?.(digests, size);
    const release = async () => held.release();
    return { size, digests, body: { kind: 'inline', bytes }, settled: held.release, discard: release, doubt: () => undefined };
  } catch (error) {
    held.release();
    throw error;
  }
}

async function collect(source: BodySource, size: number): Promise<Uint8Array> {
  let first: Uint8Array | undefined;
  let bytes: Buffer | undefined;
  let length = 0;
  for await (const piece of source.bytes) {
    if (length + piece.length > size) throw wrongLength(size);
    if (length === 0 && piece.length === size) first = piece;
    else (bytes ??= Buffer.allocUnsafe(size)).set(piece, length);
    length += piece.length;
  }
  if (length !== size) throw wrongLength(size);
  return first ?? bytes ?? Buffer.alloc(0);
}

async function writeStreamed(store: ContentStore, context: CallContext, source: BodySource): Promise<WrittenBody> {
  const body = await StreamedBody.begin(store, context, { ...digestRequest(source, true), blocks: true }, source.size);
  try {
    let size = 0;
    for await (const piece of source.bytes) {
      size += piece.length;
      if (size > source.maxSize) throw tooLarge(source.maxSize);
      if (source.size !== undefined && size > source.size) throw wrongLength(source.size);
      await body.write(piece);
    }
    if (source.size !== undefined && size !== source.size) throw wrongLength(source.size);
    const digests = await body.finish();
    await source.verify?.(digests, size);
    await body.commit();
    const content = newContent(body.locator, size, digests);
    return {
      size,
      digests,
      body: { kind: 'stored', content, epoch: body.epoch },
      settled: () => undefined,
      discard: () => store.deleteUnrecorded(context, body.locator),
      doubt: () => store.doubtful.add(body.locator),
    };
  } catch (error) {
    await body.abort();
    throw error;
  }
}

function digestRequest({ named, checksum }: BodySource, sha256: boolean): DigestRequest {
  if (named) return { md5: false, sha256: named === 'sha256', sha512: named === 'sha512', checksum };
  return { md5: true, sha256, checksum };
}

const tooLarge = (maxSize: number) => new StoreError('too-large', 'The body is too large', { details: { maxSize } });

const wrongLength = (size: number) =>
  new StoreError('integrity', 'The body is not as long as was stated', { details: { statedLength: size } });
