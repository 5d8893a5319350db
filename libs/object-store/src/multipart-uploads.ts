import type { CallContext, ChecksumAlgorithm, ChecksumType, UploadRecord } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { ObjectName } from './find-object.js';
import type { ObjectStore } from './object-store.js';
import type { ObjectDescription } from './put-object.js';
import { descriptionOf } from './put-object.js';

const UPLOAD_ID_LENGTH = 32;

export interface UploadName extends ObjectName {
  readonly uploadId: string;
}

export interface CreateUploadInput extends ObjectName, ObjectDescription {
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
  /** Principal id and account of who begins it. */
  readonly initiator: string;
  readonly initiatorAccount: string;
}

/** Begins a multipart upload. @returns its id, 32 characters of `[0-9a-z]` */
export async function createUpload(store: ObjectStore, context: CallContext, input: CreateUploadInput): Promise<string> {
  const uploadId = store.random(UPLOAD_ID_LENGTH);
  await store.metadata.apply(context, {
    kind: 'create-upload',
    uploadId,
    bucketId: input.bucket.id,
    key: input.key,
    attributes: { ...descriptionOf(input), etag: '' },
    checksum: input.checksum,
    initiator: input.initiator,
    initiatorAccount: input.initiatorAccount,
    at: store.clock.now(),
  });
  return uploadId;
}

/** The open upload of that name. Throws `not-found`, reason `upload`. */
export async function requireUpload(store: ObjectStore, context: CallContext, name: UploadName): Promise<UploadRecord> {
  const { bucket, key, uploadId } = name;
  const upload = await store.metadata.uploads.find(context, { bucketId: bucket.id, key, uploadId });
  if (!upload) throw new StoreError('not-found', 'The upload does not exist', { details: { reason: 'upload', uploadId } });
  return upload;
}

/** Drops an upload and its parts. Throws `not-found`, reason `upload`. */
export async function abortUpload(store: ObjectStore, context: CallContext, name: UploadName): Promise<void> {
  const { bucket, key, uploadId } = name;
  await store.metadata.apply(context, { kind: 'abort-upload', bucketId: bucket.id, key, uploadId, at: store.clock.now() });
}
