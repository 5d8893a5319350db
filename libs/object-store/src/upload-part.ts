import type { CallContext, ChecksumAlgorithm, ObjectVersion, ByteRange } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { BodySource } from '@zas/content-store';
import { digestBody, recordBody, writeBody } from '@zas/content-store';
import type { ObjectName } from './find-object.js';
import { openObject } from './find-object.js';
import type { UploadName } from './multipart-uploads.js';
import { requireUpload } from './multipart-uploads.js';
import type { ObjectStore } from './object-store.js';
import { retryWhenChanged } from './retry-when-changed.js';

export interface UploadedPart {
  readonly etag: string;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  readonly modifiedAt: number;
}

/** Without an algorithm on the upload or the part, CRC64NVME, from which a full-object checksum can be made. */
function partAlgorithm(ofUpload: ChecksumAlgorithm | undefined, stated: ChecksumAlgorithm | undefined): ChecksumAlgorithm {
  if (ofUpload && stated && ofUpload !== stated) {
    const details = { expectedChecksum: ofUpload, actualChecksum: stated };
    throw new StoreError('invalid-argument', 'The checksum algorithm is not that of the upload', { details });
  }
  return ofUpload ?? stated ?? 'CRC64NVME';
}

function checkNumber(store: ObjectStore, number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= store.limits.partCount) return;
  throw new StoreError('invalid-argument', 'The part number is out of range', { details: { argument: 'partNumber', value: number } });
}

/**
 * Stores one part; a part of that number is replaced. Errors: `not-found` (reason
 * `upload`), `invalid-argument` (number, checksum algorithm), those of `writeBody`.
 */
export async function uploadPart(
  store: ObjectStore,
  context: CallContext,
  input: UploadName & { readonly number: number; readonly source: Omit<BodySource, 'maxSize'> },
): Promise<UploadedPart> {
  checkNumber(store, input.number);
  const upload = await requireUpload(store, context, input);
  const algorithm = partAlgorithm(upload.checksum?.algorithm, input.source.checksum);
  const written = await writeBody(store.content, context, { ...input.source, checksum: algorithm, maxSize: store.limits.putBytes });
  const part = { etag: written.digests.md5!, checksum: { algorithm, value: written.digests.checksum! }, modifiedAt: store.clock.now() };
  await recordBody(written, () =>
    store.metadata.apply(context, {
      kind: 'put-part',
      bucketId: input.bucket.id,
      key: input.key,
      uploadId: input.uploadId,
      number: input.number,
      size: written.size,
      body: written.body,
      etag: part.etag,
      checksum: part.checksum,
      at: part.modifiedAt,
    }),
  );
  return part;
}

/**
 * Makes a part of (a range of) an object: the bytes are read for their digests but
 * not written again. Errors: those of `openObject`, of `choose`, and as `uploadPart`.
 */
export async function uploadPartCopy(
  store: ObjectStore,
  context: CallContext,
  input: UploadName & {
    readonly number: number;
    readonly source: ObjectName;
    readonly choose: (version: ObjectVersion) => ByteRange | Promise<ByteRange>;
  },
): Promise<UploadedPart & { readonly source: ObjectVersion }> {
  checkNumber(store, input.number);
  const upload = await requireUpload(store, context, input);
  const algorithm = partAlgorithm(upload.checksum?.algorithm, undefined);
  return retryWhenChanged(async () => {
    const { version, range, body } = await openObject(store, context, input.source, input.choose);
    if (range.length > store.limits.putBytes) {
      throw new StoreError('too-large', 'The part is too large', { details: { maxSize: store.limits.putBytes } });
    }
    const digests = await digestBody(store.content, context, body, { md5: true, sha256: false, checksum: algorithm });
    const part = { etag: digests.md5!, checksum: { algorithm, value: digests.checksum! }, modifiedAt: store.clock.now() };
    await store.metadata.apply(context, {
      kind: 'put-part',
      bucketId: input.bucket.id,
      key: input.key,
      uploadId: input.uploadId,
      number: input.number,
      size: range.length,
      body: { kind: 'copy', from: { bucketId: version.bucketId, key: version.key, seq: version.seq }, range },
      etag: part.etag,
      checksum: part.checksum,
      at: part.modifiedAt,
    });
    return { ...part, source: version };
  });
}
