import crypto from 'node:crypto';
import type { CallContext, Checksum, ObjectVersion } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { BodySource, Digests } from '@zas/content-store';
import { combineCrcs, combines, recordBody, writeBody } from '@zas/content-store';
import type { ObjectName } from './find-object.js';
import type { ObjectStore } from './object-store.js';
import { retryWhenChanged } from './retry-when-changed.js';

/** Most pieces of an object that grew by appends, its first body included. */
export const MOST_APPENDS = 10_000;

export interface AppendObjectInput extends ObjectName {
  /** Where the bytes are to stand: the size of the object. */
  readonly offset: number;
  readonly source: Omit<BodySource, 'maxSize'>;
}

export interface AppendedObject {
  readonly etag: string;
  readonly checksum?: Checksum;
  /** Of the whole object, bytes. */
  readonly size: number;
}

/**
 * Puts bytes behind an object that is there, on a bucket that never had versions.
 * Writers that append at once are told apart by their offset: one wins.
 *
 * The etag of the result is the MD5 of the object's former etag (its 16 bytes) and
 * the MD5 of what was added, and `-` with the number of pieces. The checksum stays
 * one of the whole object where algorithms can be combined, else there is none.
 *
 * Errors: `not-found` (reason `object`); `invalid-argument`, reason `write-offset`
 * (details `size`); `conflict`, reason `versioning`; `too-large`, reason
 * `append-count` or none; those of `writeBody`.
 */
export async function appendObject(store: ObjectStore, context: CallContext, input: AppendObjectInput): Promise<AppendedObject> {
  const { bucket, key, source } = input;
  if (bucket.versioning !== 'off') throw new StoreError('conflict', 'The bucket has versions', { details: { reason: 'versioning' } });
  const before = await requireAtOffset(store, context, input);
  const algorithm = source.checksum ?? before.checksum?.algorithm ?? 'CRC64NVME';
  const written = await writeBody(store.content, context, { ...source, checksum: algorithm, maxSize: store.limits.putBytes });
  return recordBody(written, () =>
    retryWhenChanged(async () => {
      const current = await requireAtOffset(store, context, input);
      const size = current.size + written.size;
      if (size > store.limits.objectBytes) {
        throw new StoreError('too-large', 'The object is too large', { details: { maxSize: store.limits.objectBytes } });
      }
      const etag = appendedEtag(current.etag, written.digests);
      const checksum = appendedChecksum(current, { algorithm, value: written.digests.checksum!, size: written.size });
      await store.metadata.apply(context, {
        kind: 'append-object',
        bucketId: bucket.id,
        key,
        seq: current.seq,
        size: written.size,
        body: written.body,
        etag,
        checksum,
        at: store.clock.now(),
      });
      return { etag, checksum, size };
    }),
  );
}

async function requireAtOffset(store: ObjectStore, context: CallContext, { bucket, key, offset }: AppendObjectInput): Promise<ObjectVersion> {
  const current = await store.metadata.objects.find(context, { bucketId: bucket.id, key });
  if (!current || current.deleteMarker) throw new StoreError('not-found', 'The object does not exist', { details: { reason: 'object', key } });
  if (current.size !== offset) {
    throw new StoreError('invalid-argument', 'The offset is not the size of the object', { details: { reason: 'write-offset', size: current.size } });
  }
  if (piecesOf(current.etag) >= MOST_APPENDS) {
    throw new StoreError('too-large', 'The object has too many pieces', { details: { reason: 'append-count', maxSize: MOST_APPENDS } });
  }
  return current;
}

const piecesOf = (etag: string) => Number(/-(\d+)$/.exec(etag)?.[1] ?? 1);

function appendedEtag(before: string, { md5 }: Digests): string {
  const joined = Buffer.concat([Buffer.from(before.replace(/-\d+$/, ''), 'hex'), Buffer.from(md5!, 'hex')]);
  return `${crypto.hash('md5', joined, 'hex')}-${piecesOf(before) + 1}`;
}

function appendedChecksum({ checksum, size }: ObjectVersion, added: { algorithm: Checksum['algorithm']; value: string; size: number }): Checksum | undefined {
  const { algorithm } = added;
  if (checksum?.algorithm !== algorithm || checksum.type !== 'FULL_OBJECT' || !combines(algorithm)) return undefined;
  return { algorithm, type: 'FULL_OBJECT', value: combineCrcs(algorithm, [{ value: checksum.value, size }, added]) };
}
