import crypto from 'node:crypto';
import type { CallContext, Checksum, ChecksumAlgorithm, PartRecord, Precondition, UploadRecord } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { combineCrcs, combines, compositeChecksum } from '@zas/content-store';
import type { UploadName } from './multipart-uploads.js';
import type { ObjectStore } from './object-store.js';
import { NONCE_LENGTH } from './object-store.js';
import { checkEarly } from './preconditions.js';
import { retryWhenChanged } from './retry-when-changed.js';

/** One part as the client names it. */
export interface NamedPart {
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

export interface CompleteUploadInput extends UploadName {
  readonly parts: readonly NamedPart[];
  readonly precondition?: Precondition;
  /** Called with what was computed before anything is committed; may throw to refuse. */
  readonly verify?: (computed: { size: number; checksum?: Checksum; type?: Checksum['type'] }) => void;
}

export interface CompletedObject {
  readonly etag: string;
  readonly checksum?: Checksum;
  readonly versionId?: string;
}

/**
 * Makes an object of the named parts. Idempotent for as long as answers are kept:
 * a repeat with the same parts gets the same answer.
 *
 * Errors: `not-found` (reason `upload`); `invalid-argument` with reason
 * `part-order`, `part` (absent, other etag or checksum) or `part-size`;
 * `too-large`; those of `Precondition`, `verify` and the `complete-upload` intent.
 */
export async function completeUpload(store: ObjectStore, context: CallContext, input: CompleteUploadInput): Promise<CompletedObject> {
  const { bucket, key, uploadId } = input;
  checkOrder(input.parts);
  const partsDigest = digestOfParts(input.parts);
  return retryWhenChanged(async () => {
    const upload = await store.metadata.uploads.find(context, { bucketId: bucket.id, key, uploadId });
    if (!upload) return repeatedAnswer(store, context, input, partsDigest);
    await checkEarly(store, context, input, input.precondition);
    const stored = await store.metadata.uploads.parts(context, uploadId, { after: 0, limit: store.limits.partCount });
    const parts = matchParts(store, input.parts, stored);
    const etag = multipartEtag(parts);
    const checksum = objectChecksum(upload, parts);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (size > store.limits.objectBytes) {
      throw new StoreError('too-large', 'The object is too large', { details: { maxSize: store.limits.objectBytes } });
    }
    input.verify?.({ size, checksum, type: upload.checksum?.type });
    const { versionId } = await store.metadata.apply(context, {
      kind: 'complete-upload',
      bucketId: bucket.id,
      key,
      uploadId,
      parts: parts.map(({ number, seq }) => ({ number, seq })),
      etag,
      checksum,
      partsDigest,
      precondition: input.precondition,
      at: store.clock.now(),
      nonce: store.random(NONCE_LENGTH),
    });
    return { etag, checksum, versionId };
  });
}

function checkOrder(parts: readonly NamedPart[]): void {
  for (let i = 1; i < parts.length; i++) {
    if (parts[i]!.number <= parts[i - 1]!.number) {
      throw new StoreError('invalid-argument', 'The parts are not in ascending order', { details: { reason: 'part-order' } });
    }
  }
}

function digestOfParts(parts: readonly NamedPart[]): string {
  return crypto.hash('sha256', parts.map((part) => `${part.number}:${part.etag}`).join(','), 'hex');
}

async function repeatedAnswer(store: ObjectStore, context: CallContext, input: UploadName, partsDigest: string): Promise<CompletedObject> {
  const completed = await store.metadata.uploads.completed(context, input.uploadId);
  const same = completed?.bucketId === input.bucket.id && completed.key === input.key && completed.partsDigest === partsDigest;
  if (!completed || !same) {
    throw new StoreError('not-found', 'The upload does not exist', { details: { reason: 'upload', uploadId: input.uploadId } });
  }
  const { etag, checksum, versionId } = completed;
  return { etag, checksum, versionId: input.bucket.versioning === 'off' ? undefined : versionId };
}

function matchParts(store: ObjectStore, named: readonly NamedPart[], stored: readonly PartRecord[]): PartRecord[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  return named.map((name, index) => {
    const part = byNumber.get(name.number);
    const sameChecksum = !name.checksum || (part?.checksum?.algorithm === name.checksum.algorithm && part.checksum.value === name.checksum.value);
    if (!part || part.etag !== name.etag || !sameChecksum) {
      const details = { reason: 'part', partNumber: name.number, etag: name.etag } as const;
      throw new StoreError('invalid-argument', 'A part is absent or another one', { details });
    }
    if (index < named.length - 1 && part.size < store.limits.minPartBytes) {
      const details = {
        reason: 'part-size',
        partNumber: part.number,
        etag: part.etag,
        proposedSize: part.size,
        minSizeAllowed: store.limits.minPartBytes,
      } as const;
      throw new StoreError('invalid-argument', 'A part but the last is too small', { details });
    }
    return part;
  });
}

/** MD5 of the parts' MD5s, and their number: what AWS answers and clients recompute. */
function multipartEtag(parts: readonly PartRecord[]): string {
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')));
  return `${crypto.hash('md5', joined, 'hex')}-${parts.length}`;
}

function objectChecksum(upload: UploadRecord, parts: readonly PartRecord[]): Checksum | undefined {
  const algorithm = upload.checksum?.algorithm ?? 'CRC64NVME';
  if (parts.length === 0 || parts.some((part) => part.checksum?.algorithm !== algorithm)) return undefined;
  const type = upload.checksum?.type ?? 'FULL_OBJECT';
  if (type === 'COMPOSITE') return { algorithm, type, value: compositeChecksum(algorithm, parts.map((part) => part.checksum!.value)) };
  if (!combines(algorithm)) return undefined;
  return { algorithm, type, value: combineCrcs(algorithm, parts.map((part) => ({ value: part.checksum!.value, size: part.size }))) };
}
